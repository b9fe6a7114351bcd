package io.skbstream.producer.libbpf;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;

/** Part of a BPF map, shared with the kernel until it is closed; who reads it after that crashes the JVM. */
final class Mapping implements AutoCloseable {

    private final Pointer address;
    private final long bytes;
    private boolean closed;

    private Mapping(Pointer address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * @param protection {@link LibC#PROT_READ} and {@link LibC#PROT_WRITE}
     * @param offset of the part, a multiple of a page
     */
    static Mapping of(int mapFd, long bytes, int protection, long offset) {
        Pointer address = Native.c().mmap(null, bytes, protection, LibC.MAP_SHARED, mapFd, offset);
        if (address.address() == LibC.MAP_FAILED) {
            throw new BpfException(
                    "map " + bytes + " bytes of a BPF map into memory",
                    Native.runtime().getLastError());
        }
        return new Mapping(address, bytes);
    }

    /** A part of this part, in the machine's byte order. */
    ByteBuffer buffer(long offset, int size) {
        return MemoryIO.getInstance()
                .newDirectByteBuffer(address.address() + offset, size)
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Native.c().munmap(address, bytes);
        }
    }
}
