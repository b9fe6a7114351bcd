package io.skbstream.demo;

import java.io.IOException;

/** Gentle loopback traffic that goes on until it is closed. */
interface Traffic extends AutoCloseable {
    /** Ends it. May be repeated. */
    @Override
    void close() throws IOException;
}
