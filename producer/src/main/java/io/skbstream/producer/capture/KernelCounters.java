package io.skbstream.producer.capture;

import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.BpfObject;
import io.skbstream.producer.libbpf.MappedArray;
import java.nio.ByteBuffer;
import java.util.List;

/** The maps that the program counts in, mapped: reading them does not disturb the program. Any thread. */
final class KernelCounters implements AutoCloseable {

    private final MappedArray counters;
    private final MappedArray devices;
    private boolean closed;

    private KernelCounters(MappedArray counters, MappedArray devices) {
        this.counters = counters;
        this.devices = devices;
    }

    /** Gives every CPU its elements, before the object is loaded. */
    static void size(BpfObject object) {
        int cpus = Kernel.running().cpus();
        object.map("counters").setMaxEntries(cpus);
        object.map("devices").setMaxEntries(cpus * DeviceCounts.ROWS);
        object.map("device_rows").setMaxEntries(cpus * DeviceCounts.ROWS);
    }

    /** Maps what {@link #size} has sized, after the object is loaded. */
    static KernelCounters of(BpfObject object) {
        int cpus = Kernel.running().cpus();
        MappedArray counters = object.map("counters").mapArray(cpus * KernelCounts.BYTES);
        try {
            return new KernelCounters(
                    counters, object.map("devices").mapArray(cpus * DeviceCounts.ROWS * DeviceCounts.BYTES));
        } catch (RuntimeException refused) {
            counters.close();
            throw refused;
        }
    }

    synchronized KernelCounts counts() {
        requireOpen();
        return KernelCounts.sum(copy(counters.memory())); // all of a CPU's counts as of about the same moment
    }

    synchronized List<DeviceCounts> devices() {
        requireOpen();
        return DeviceCounts.sum(counters.memory(), devices.memory());
    }

    @Override
    public synchronized void close() {
        closed = true;
        counters.close();
        devices.close();
    }

    private static ByteBuffer copy(ByteBuffer memory) {
        ByteBuffer copy = ByteBuffer.allocate(memory.capacity()).order(memory.order());
        return copy.put(0, memory, 0, memory.capacity());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the probe is closed");
        }
    }
}
