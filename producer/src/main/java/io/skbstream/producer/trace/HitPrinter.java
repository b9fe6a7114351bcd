package io.skbstream.producer.trace;

import io.skbstream.producer.event.SkbEvent;

/** Turns hits into lines. The printer decides nothing about when they appear: the caller flushes. */
public interface HitPrinter {

    /** Before the first hit. */
    void begin();

    /** One hit; the event is valid only during the call. */
    void print(SkbEvent event);
}
