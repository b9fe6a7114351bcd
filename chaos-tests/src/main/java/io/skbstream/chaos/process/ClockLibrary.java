package io.skbstream.chaos.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stepped_clock.c}, compiled: preloaded into a process, it shows it a wall clock that can be stepped without touching the
 * machine's.
 *
 * @param path of the shared object
 */
public record ClockLibrary(Path path) {

    private static final String SOURCE = "stepped_clock.c";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long TRIAL_S = 100_000;

    /**
     * Compiles it, and sees that it works.
     *
     * @throws ChaosException if it does not: without clang, or where libraries cannot be preloaded
     */
    public static ClockLibrary compile(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve(SOURCE);
        try (InputStream resource = ClockLibrary.class.getResourceAsStream("/" + SOURCE)) {
            Files.copy(resource, source);
        }
        ClockLibrary library = new ClockLibrary(folder.resolve("stepped_clock.so"));
        output(folder, List.of("clang", "-O2", "-shared", "-fPIC", "-o", library.path.toString(), source.toString()));
        SteppedClock ahead = new SteppedClock(library, Files.createDirectory(folder.resolve("clock-trial")));
        ahead.stepTo(TRIAL_S);
        List<String> date = new ArrayList<>(ahead.environment());
        date.addAll(List.of("date", "+%s"));
        long stepS = Long.parseLong(output(folder, date).strip()) - System.currentTimeMillis() / 1000;
        if (stepS < TRIAL_S - LIMIT.toSeconds()) {
            throw new ChaosException("a preloaded clock does not step: it is " + stepS + " s ahead, not " + TRIAL_S);
        }
        return library;
    }

    private static String output(Path folder, List<String> command) throws IOException, InterruptedException {
        try (Child child = Child.start(command.get(0), folder, command)) {
            if (child.awaitEnd(LIMIT) != 0) {
                throw new ChaosException(command.get(0) + " failed:" + child.tail());
            }
            return child.out();
        }
    }
}
