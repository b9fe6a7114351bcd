package io.skbstream.producer.event;

import java.security.SecureRandom;

/**
 * What leaves the agent in place of a socket buffer's kernel address. The address itself would hand every reader of the
 * topic the kernel's memory layout, so the default is a keyed hash of it, as the kernel's own {@code %p} prints one.
 * Immutable; any thread.
 */
public final class SkbPointer {

    /** How an address is shown. */
    public enum Mode {
        /** SipHash-2-4 under a random key, without the sign bit: equal addresses stay equal within a session. */
        HASHED,
        /** The address. */
        RAW,
        /** 0. */
        OFF
    }

    private final Mode mode;
    private final long key0;
    private final long key1;

    /** With a key of its own from the system's random source. */
    public SkbPointer(Mode mode) {
        this(mode, new SecureRandom());
    }

    private SkbPointer(Mode mode, SecureRandom random) {
        this(mode, random.nextLong(), random.nextLong());
    }

    SkbPointer(Mode mode, long key0, long key1) {
        this.mode = mode;
        this.key0 = key0;
        this.key1 = key1;
    }

    /** What is shown for an address. Hashes are never negative, so none looks like a kernel address. */
    public long show(long address) {
        return switch (mode) {
            case HASHED -> sipHash(address) >>> 1;
            case RAW -> address;
            case OFF -> 0;
        };
    }

    /** SipHash-2-4 of the address's eight little-endian bytes (Aumasson and Bernstein, 2012). */
    long sipHash(long message) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        // Two blocks of two rounds, the message and its length, then four rounds to finish.
        for (int round = 0; round < 8; round++) {
            if (round == 0) {
                v3 ^= message;
            } else if (round == 2) {
                v0 ^= message;
                v3 ^= 8L << 56;
            } else if (round == 4) {
                v0 ^= 8L << 56;
                v2 ^= 0xff;
            }
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
