package io.skbstream.clients;

import java.util.logging.LogManager;

/** What libraries would write to stderr by themselves, past a program's log. */
public final class LibraryOutput {

    private LibraryOutput() {}

    /** Drops it, for good: all that matters of it reaches a program as an exception as well. To be called before anything else. */
    public static void silence() {
        LogManager.getLogManager().reset(); // the JDK's own, as of its HTTP server
        if (NativeLibrary.whyNoFolder().isPresent()) {
            // Prints a stack trace where it cannot unpack itself; so it fails without trying, as an error.
            System.setProperty("org.xerial.snappy.disable.bundled.libs", "true");
        }
    }
}
