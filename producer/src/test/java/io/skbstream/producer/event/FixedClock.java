package io.skbstream.producer.event;

/** Wall clocks that stand a fixed time ahead of the monotonic clock. */
public final class FixedClock {

    private FixedClock() {}

    public static WallClock ahead(long offsetNs) {
        return new WallClock(() -> 0, () -> offsetNs);
    }
}
