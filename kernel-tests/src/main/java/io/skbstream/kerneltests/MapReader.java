package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.MemoryLockLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Somebody else on the host who reads a BPF map all the time, on every CPU. While the kernel copies the value it runs no
 * kprobe's program on that CPU ({@code bpf_disable_instrumentation()}); a large value makes that time long.
 */
final class MapReader implements AutoCloseable {

    /** Variadic in C. */
    public interface LibC {
        long syscall(long number, long command, Pointer attributes, long attributeBytes);

        int close(int fd);
    }

    private static final int MAP_CREATE = 0;
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int ARRAY = 2;
    private static final int VALUE_BYTES = 256 * 1024;
    /** Of {@code union bpf_attr}, as far as these two commands read it. */
    private static final int ATTRIBUTE_BYTES = 32;

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);
    private static final long BPF = System.getProperty("os.arch").equals("amd64") ? 321 : 280; // asm/unistd.h

    private final int map;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private volatile boolean ended;

    MapReader() {
        MemoryLockLimit.raise();
        Pointer attributes = Memory.allocateDirect(RUNTIME, ATTRIBUTE_BYTES, true);
        attributes.putInt(0, ARRAY);
        attributes.putInt(4, Integer.BYTES); // of a key
        attributes.putInt(8, VALUE_BYTES);
        attributes.putInt(12, 1); // entries
        this.map = (int) C.syscall(BPF, MAP_CREATE, attributes, ATTRIBUTE_BYTES);
        assertThat(map).as("descriptor of a BPF map").isNotNegative();
        for (int i = 0; i < Kernel.running().cpus(); i++) {
            Thread thread = new Thread(this::read, "map-reader-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void read() {
        Pointer key = Memory.allocateDirect(RUNTIME, Integer.BYTES, true);
        Pointer value = Memory.allocateDirect(RUNTIME, VALUE_BYTES);
        Pointer attributes = Memory.allocateDirect(RUNTIME, ATTRIBUTE_BYTES, true);
        attributes.putInt(0, map);
        attributes.putLong(8, key.address());
        attributes.putLong(16, value.address());
        while (!ended) {
            if (C.syscall(BPF, MAP_LOOKUP_ELEM, attributes, ATTRIBUTE_BYTES) == 0) {
                reads.incrementAndGet();
            }
        }
    }

    /** How often the map was read. */
    long reads() {
        return reads.get();
    }

    @Override
    public void close() {
        ended = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while a map's readers end", interrupted);
        }
        C.close(map);
    }
}
