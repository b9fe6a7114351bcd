package io.skbstream.example.page;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One open page: what waits for it, and the thread that writes it there. Made by that thread. */
final class Subscriber {
    /** So many messages, and about as many seconds, may it be behind; they are shared with all others. */
    static final int MAY_WAIT = 30;

    /** Who is behind by more gets nothing more. */
    static final long MAY_WAIT_BYTES = 32L << 20;

    /** So that nobody takes silence for the end, and we learn of pages that are gone. The page waits for three. */
    private static final long BEAT_S = 10;

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAY_WAIT);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread writer = Thread.currentThread();

    /** Never waits: one that lags too much is dropped, and gets a new snapshot when it comes back. */
    void offer(byte[] message) {
        if (waitingBytes.get() > MAY_WAIT_BYTES || !waiting.offer(message)) {
            writer.interrupt(); // closes the connection too, in the middle of a write that hangs
            return;
        }
        waitingBytes.addAndGet(message.length);
    }

    /** Ends by an exception only: the page is gone, or it was dropped. */
    void writeTo(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            byte[] message = waiting.poll(BEAT_S, TimeUnit.SECONDS);
            if (message == null) {
                out.write(Messages.beat(System.currentTimeMillis()));
            } else {
                out.write(message);
                waitingBytes.addAndGet(-message.length);
            }
            out.flush();
        }
    }
}
