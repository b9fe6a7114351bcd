package io.skbstream.demo.part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Flags of the JVM that a part runs in.
 *
 * @param flags as the command {@code java} takes them
 * @param archiveClasses whether the JVM keeps its loaded classes in a file beside the jar (JEP 350), to start in half the
 *     time from the second run on
 */
public record JvmFlags(List<String> flags, boolean archiveClasses) {

    /** What the JVM itself says, as the thread dump of SIGQUIT, goes to stderr: stdout is the part's. As the launcher has it. */
    static final List<String> OUTPUT =
            List.of("-XX:+DisplayVMOutputToStderr", "-Xlog:disable", "-Xlog:all=warning:stderr");

    /** For a part that is to be up soon and does not live long: no second compiler, a small heap, archived classes. */
    public static JvmFlags brief() {
        var flags = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
        return new JvmFlags(flags, true);
    }

    /** For a part that runs for long: as the launcher starts the agent, and with half the heap that it gives the consumer. */
    public static JvmFlags steady() {
        return of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData");
    }

    /** These and nothing else. */
    public static JvmFlags of(String... flags) {
        return new JvmFlags(List.of(flags), false);
    }

    /** The flags to run a jar with. */
    List<String> forJar(String jar) {
        Path archive = Path.of(jar.replaceFirst("\\.jar$", "") + "-" + Runtime.version() + ".jsa");
        if (!archiveClasses || !Files.isWritable(archive.getParent())) {
            return flags;
        }
        var all = new ArrayList<>(flags);
        all.add((isCurrent(archive, Path.of(jar)) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
        all.add("-Xlog:disable"); // it would name each class that cannot be kept
        return all;
    }

    private static boolean isCurrent(Path archive, Path jar) {
        try {
            return Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
