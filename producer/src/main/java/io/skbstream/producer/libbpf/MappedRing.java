package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.systemCall;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A BPF ring buffer, mapped and read in place (kernel/bpf/ringbuf.c).
 *
 * <pre>
 *  consumer page, read-write   producer page, read-only    data, read-only, mapped twice in a row
 *  +------------------------+  +------------------------+  +----------------------+----------------------+
 *  | consumer_pos : 8       |  | producer_pos : 8       |  | record, record, …    | the same again       |
 *  +------------------------+  +------------------------+  +----------------------+----------------------+
 *
 *  record: | length : 30, DISCARD : 1, BUSY : 1 | page offset : 4 | payload … up to a multiple of 8 |
 * </pre>
 *
 * Positions grow for ever and are taken modulo the size; thanks to the double mapping a record never wraps. Read and
 * awaited by one thread, and closed after that thread has ended.
 */
public final class MappedRing implements AutoCloseable {

    /** Gets each record where it lies; the memory is the kernel's again when the call returns. */
    @FunctionalInterface
    public interface RecordHandler {
        void onRecord(ByteBuffer memory, int offset);
    }

    /** What a record takes in the ring besides its payload. */
    public static final int HEADER_BYTES = 8;

    private static final int BUSY = 1 << 31;
    private static final int DISCARD = 1 << 30;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int ringBytes;
    private final int pageBytes = Native.c().getpagesize();
    private final Mapping consumerMapping;
    private final Mapping producerMapping;
    private final ByteBuffer consumerPage;
    private final ByteBuffer producerPage;
    private final ByteBuffer data;
    private final int epollFd;
    private final Pointer epollEvent = Memory.allocateDirect(Native.runtime(), 16, true);
    private boolean closed;

    MappedRing(int mapFd, int ringBytes) {
        this.ringBytes = ringBytes;
        this.consumerMapping = Mapping.of(mapFd, pageBytes, LibC.PROT_READ | LibC.PROT_WRITE, 0);
        this.producerMapping = Mapping.of(mapFd, pageBytes + 2L * ringBytes, LibC.PROT_READ, pageBytes);
        this.consumerPage = consumerMapping.buffer(0, pageBytes);
        this.producerPage = producerMapping.buffer(0, pageBytes);
        this.data = producerMapping.buffer(pageBytes, 2 * ringBytes);
        this.epollFd = systemCall(Native.c().epoll_create1(0), "create an epoll instance");
        // Edge-triggered: with data in the ring a level-triggered wait returns at once, and the reader would spin.
        epollEvent.putInt(0, LibC.EPOLLIN | LibC.EPOLLET);
        systemCall(Native.c().epoll_ctl(epollFd, LibC.EPOLL_CTL_ADD, mapFd, epollEvent), "watch the ring buffer");
    }

    /**
     * Hands up to {@code limit} records to the handler, oldest first, and gives their room back to the kernel.
     *
     * @return how many records were taken; 0 when the ring is empty or its next record is still being written
     */
    public int read(RecordHandler handler, int limit) {
        long position = (long) LONG.get(consumerPage, 0); // only this thread writes it
        long produced = (long) LONG.getAcquire(producerPage, 0);
        int taken = 0;
        try {
            while (position < produced && taken < limit) {
                int offset = (int) (position & (ringBytes - 1));
                int header = (int) INT.getAcquire(data, offset);
                if ((header & BUSY) != 0) {
                    break;
                }
                position += (HEADER_BYTES + (header & ~DISCARD) + 7) & ~7;
                taken++;
                if ((header & DISCARD) == 0) {
                    handler.onRecord(data, offset + HEADER_BYTES);
                }
            }
        } finally {
            LONG.setRelease(consumerPage, 0, position);
        }
        return taken;
    }

    /** Bytes in the ring that were not read yet, headers included. */
    public long unreadBytes() {
        return (long) LONG.getAcquire(producerPage, 0) - (long) LONG.get(consumerPage, 0);
    }

    /** Sleeps until the kernel wakes the reader, at most {@code timeoutMs}; there may be data either way. */
    public void await(int timeoutMs) {
        Native.c().epoll_wait(epollFd, epollEvent, 1, timeoutMs); // EINTR is as good as a timeout
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Native.c().close(epollFd);
            producerMapping.close();
            consumerMapping.close();
        }
    }
}
