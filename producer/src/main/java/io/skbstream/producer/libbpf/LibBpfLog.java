package io.skbstream.producer.libbpf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import jnr.ffi.Pointer;

/** Keeps libbpf's last warnings, which say why a program was refused. libbpf prints process-wide; any thread. */
final class LibBpfLog {

    private static final int WARNING = 0;
    private static final int LINE_BYTES = 64 * 1024;
    private static final int LINES_KEPT = 200;

    private static final Deque<String> LINES = new ArrayDeque<>();

    /** In a field, since jnr-ffi holds callbacks weakly. */
    private static final LibBpf.PrintFunction PRINT = LibBpfLog::print;

    private LibBpfLog() {}

    /** Keeps what libbpf warns of from now on. */
    static void capture() {
        Native.bpf().libbpf_set_print(PRINT);
        take();
    }

    /** The warnings since the last call. */
    static String take() {
        synchronized (LINES) {
            String all = String.join("", LINES).strip();
            LINES.clear();
            return all;
        }
    }

    private static int print(int level, String format, Pointer arguments) {
        if (level > WARNING) {
            return 0;
        }
        byte[] text = new byte[LINE_BYTES];
        int length = Native.c().vsnprintf(text, text.length, format, arguments);
        synchronized (LINES) {
            if (LINES.size() == LINES_KEPT) {
                LINES.removeFirst();
            }
            LINES.addLast(new String(text, 0, Math.max(0, Math.min(length, LINE_BYTES - 1)), StandardCharsets.UTF_8));
        }
        return length;
    }
}
