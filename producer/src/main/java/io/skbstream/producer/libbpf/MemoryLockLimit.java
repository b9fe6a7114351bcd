package io.skbstream.producer.libbpf;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** RLIMIT_MEMLOCK of this process. */
public final class MemoryLockLimit {

    private static final int SOFT = 0;
    private static final int HARD = 8;
    private static final int BYTES = 16;

    private MemoryLockLimit() {}

    /** Lifts it as far as this process may: for good with CAP_SYS_RESOURCE, else to the hard limit. */
    public static void raise() {
        Pointer limit = Memory.allocateDirect(Native.runtime(), BYTES);
        limit.putLong(SOFT, LibC.RLIM_INFINITY);
        limit.putLong(HARD, LibC.RLIM_INFINITY);
        if (Native.c().setrlimit(LibC.RLIMIT_MEMLOCK, limit) != 0
                && Native.c().getrlimit(LibC.RLIMIT_MEMLOCK, limit) == 0) {
            limit.putLong(SOFT, limit.getLong(HARD));
            Native.c().setrlimit(LibC.RLIMIT_MEMLOCK, limit);
        }
    }
}
