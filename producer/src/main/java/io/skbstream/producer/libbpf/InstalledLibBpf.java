package io.skbstream.producer.libbpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The libbpf on this machine.
 *
 * @param file the loaded file with its full version, {@code /usr/lib/x86_64-linux-gnu/libbpf.so.1.1.2}
 * @param symbols how many functions the agent needs of it, all of them there
 */
public record InstalledLibBpf(String file, int symbols) {

    /** @throws io.skbstream.producer.AgentException if it is missing or lacks a function, with the remedy */
    public static InstalledLibBpf find() {
        Native.bpf();
        return new InstalledLibBpf(mappedFile(), LibBpf.class.getDeclaredMethods().length);
    }

    /** Where the dynamic linker found it. */
    private static String mappedFile() {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.contains("/libbpf.so"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .orElse(Native.soname());
        } catch (IOException noProc) {
            return Native.soname();
        }
    }
}
