package io.skbstream.producer.agent;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, last first, unless all went well. */
final class Undo implements AutoCloseable {

    private final Deque<Runnable> closers = new ArrayDeque<>();

    void with(Runnable closer) {
        closers.push(closer);
    }

    /** Nothing is to be closed any more. */
    void done() {
        closers.clear();
    }

    @Override
    public void close() {
        closers.forEach(Runnable::run);
    }
}
