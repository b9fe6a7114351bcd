package io.skbstream.benchmarks;

import io.skbstream.demo.part.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Another main class of this jar, in a process of its own, so that its CPU time and its compiled code are nobody else's. */
final class OwnProgram {
    private OwnProgram() {}

    /** Starts it and returns at once; it is tied to this thread, which must stay. */
    static Child start(Class<?> program, Path folder, List<String> flags, String... args) {
        String jar =
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();
        var command = new ArrayList<>(List.of("-cp", jar, program.getName()));
        command.addAll(List.of(args));
        String name = program.getSimpleName().toLowerCase(Locale.ROOT);
        return Child.start(name, Child.Tie.PARENT_THREAD, folder, flags, command);
    }
}
