package io.skbstream.example.page;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One open page: what waits for it, and the thread that writes it there. Made by that thread. */
final class Subscriber {
    /** So many messages, and about as many seconds, may it be behind; they are shared with all others. */
    static final int MAY_WAIT = 30;

    /** A comment, so that nobody on the way takes silence for the end, and we learn of pages that are gone. */
    private static final byte[] HEARTBEAT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private static final long HEARTBEAT_S = 15;

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAY_WAIT);
    private final Thread writer = Thread.currentThread();

    /** Never waits: one that lags too much is dropped, and gets a new snapshot when it comes back. */
    void offer(byte[] message) {
        if (!waiting.offer(message)) {
            writer.interrupt(); // closes the connection too, in the middle of a write that hangs
        }
    }

    /** Ends by an exception only: the page is gone, or it was dropped. */
    void writeTo(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            byte[] message = waiting.poll(HEARTBEAT_S, TimeUnit.SECONDS);
            out.write(message == null ? HEARTBEAT : message);
            out.flush();
        }
    }
}
