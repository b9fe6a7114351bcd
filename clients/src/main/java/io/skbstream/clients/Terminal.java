package io.skbstream.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stdout and stderr are connected to. */
public final class Terminal {

    private Terminal() {}

    /** {@code System.console()} would also want stdin to be a terminal. */
    public static boolean isStdout() {
        return isTerminal(1);
    }

    public static boolean isStderr() {
        return isTerminal(2);
    }

    /** Whether stdout has a reader that can go away: the next command of a pipe, or the other end of a socket. */
    static boolean isStdoutPipe() {
        String target = target(1);
        return target.startsWith("pipe:") || target.startsWith("socket:");
    }

    private static boolean isTerminal(int fd) {
        String target = target(fd);
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    private static String target(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException noProc) {
            return "";
        }
    }

    /** See no-color.org. */
    public static boolean wantsColour() {
        String noColour = System.getenv("NO_COLOR");
        return (noColour == null || noColour.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }
}
