package io.skbstream.clients;

import java.io.IOException;
import java.util.Optional;

/** A failure that the machine causes, and no defect of a program: of a file, a socket, a limit, a native library. */
public final class SystemFailure {

    private static final int MOST_CAUSES = 16;

    /** The C library's words for EMFILE and ENFILE, which the JDK passes on. */
    private static final String TOO_MANY_FILES = "oo many open files";

    private SystemFailure() {}

    /** What it is, in a line; empty if nothing says that it is one. */
    public static Optional<String> explain(Throwable failure) {
        Optional<String> library = NativeLibrary.explain(failure);
        if (library.isPresent()) {
            return library;
        }
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++, cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return Optional.of(inWords(cause));
            }
        }
        return Optional.empty();
    }

    private static String inWords(Throwable failure) {
        String words = String.valueOf(failure.getMessage());
        return words.contains(TOO_MANY_FILES)
                ? words + "; raise this process's limit (ulimit -n 1024, or LimitNOFILE=1024 of a systemd unit)"
                : failure.getClass().getSimpleName() + ": " + words;
    }
}
