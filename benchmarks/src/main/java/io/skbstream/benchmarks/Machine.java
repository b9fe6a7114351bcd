package io.skbstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What it was measured on. */
final class Machine {
    private Machine() {}

    /** One sentence. */
    static String describe() {
        String cpu = "unknown CPU";
        String kernel = "?";
        try (var cpuInfo = Files.lines(Path.of("/proc/cpuinfo"))) {
            kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            cpu = cpuInfo.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(cpu);
        } catch (IOException e) {
            cpu += " (" + e + ")";
        }
        return "Linux %s, %d CPUs (%s), JDK %s; all processes, the broker's too, share them."
                .formatted(kernel, Runtime.getRuntime().availableProcessors(), cpu, Runtime.version());
    }
}
