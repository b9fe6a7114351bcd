package io.skbstream.benchmarks;

import io.skbstream.demo.part.PartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a JVM holds at some moment.
 *
 * @param liveBytes of its heap, after a full collection
 * @param residentBytes of its process, before that collection
 */
record Memory(long liveBytes, long residentBytes) {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)$");

    /**
     * Looks at a running one. The histogram of a heap begins with a full collection and counts what is left.
     *
     * @throws PartException if there is no such JVM, or no jcmd in this one's home
     */
    static Memory of(long pid) throws IOException, InterruptedException {
        long residentKb = count(RESIDENT, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new PartException("there is no " + jcmd + ", which looks into the heap; set JAVA_HOME to a JDK");
        }
        var process = new ProcessBuilder(
                        jcmd.toString(), "-J-XX:-UsePerfData", Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Memory(liveBytes(histogram), residentKb * 1024);
    }

    /** The greater of each. */
    Memory most(Memory other) {
        return new Memory(Math.max(liveBytes, other.liveBytes), Math.max(residentBytes, other.residentBytes));
    }

    static long liveBytes(String histogram) {
        return count(TOTAL, histogram);
    }

    private static long count(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        if (!found.find()) {
            throw new PartException("no " + pattern + " in: " + text);
        }
        return Long.parseLong(found.group(1));
    }
}
