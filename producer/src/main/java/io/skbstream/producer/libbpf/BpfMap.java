package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.checked;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** One map of a {@link BpfObject}, which owns it. Keys and values are in the machine's byte order. */
public final class BpfMap {

    private final String name;
    private final Pointer map;

    BpfMap(String name, Pointer map) {
        this.name = name;
        this.map = map;
    }

    /** Sets the number of entries, for a ring buffer its size in bytes. Before {@link BpfObject#load()}. */
    public void setMaxEntries(int maxEntries) {
        checked(Native.bpf().bpf_map__set_max_entries(map, maxEntries), "size BPF map " + name);
    }

    /** Every key of a hash map, each of {@code keyBytes}; entries that come or go meanwhile may be missed. */
    public List<ByteBuffer> keys(int keyBytes) {
        List<ByteBuffer> keys = new ArrayList<>();
        Pointer next = Memory.allocateDirect(Native.RUNTIME, keyBytes);
        Pointer current = null;
        while (Native.bpf().bpf_map_get_next_key(fd(), current, next) == 0) {
            byte[] key = new byte[keyBytes];
            next.get(0, key, 0, keyBytes);
            keys.add(ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()));
            current = Memory.allocateDirect(Native.RUNTIME, keyBytes);
            current.put(0, key, 0, keyBytes);
        }
        return keys;
    }

    /** The value under a key of a per-CPU map, one buffer for each possible CPU. */
    public List<ByteBuffer> perCpu(ByteBuffer key, int valueBytes) {
        int stride = (valueBytes + 7) & ~7;
        int cpus = checked(Native.bpf().libbpf_num_possible_cpus(), "count the CPUs");
        byte[] keyBytes = new byte[key.remaining()];
        key.duplicate().get(keyBytes);
        Pointer keyPointer = Memory.allocateDirect(Native.RUNTIME, keyBytes.length);
        keyPointer.put(0, keyBytes, 0, keyBytes.length);
        Pointer values = Memory.allocateDirect(Native.RUNTIME, stride * cpus, true);
        checked(Native.bpf().bpf_map_lookup_elem(fd(), keyPointer, values), "read BPF map " + name);
        List<ByteBuffer> perCpu = new ArrayList<>(cpus);
        for (int cpu = 0; cpu < cpus; cpu++) {
            byte[] value = new byte[valueBytes];
            values.get((long) cpu * stride, value, 0, valueBytes);
            perCpu.add(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()));
        }
        return perCpu;
    }

    /** Maps a {@code BPF_MAP_TYPE_RINGBUF} of {@code ringBytes} into this process. The caller closes it. */
    public MappedRing mapRing(int ringBytes) {
        return new MappedRing(fd(), ringBytes);
    }

    private int fd() {
        return checked(Native.bpf().bpf_map__fd(map), "find the descriptor of BPF map " + name);
    }
}
