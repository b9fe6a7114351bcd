package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.checked;

import java.nio.file.Path;
import jnr.ffi.Pointer;

/** One map of a {@link BpfObject}, which owns it. */
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

    /** Maps a {@code BPF_MAP_TYPE_RINGBUF} of {@code ringBytes} into this process. The caller closes it. */
    public MappedRing mapRing(int ringBytes) {
        return new MappedRing(fd(), ringBytes);
    }

    /** Maps the first {@code bytes} of an array with {@code BPF_F_MMAPABLE} into this process. The caller closes it. */
    public MappedArray mapArray(int bytes) {
        return new MappedArray(fd(), bytes, LibC.PROT_READ);
    }

    /** The same, to be written as well. */
    public MappedArray mapArrayToWrite(int bytes) {
        return new MappedArray(fd(), bytes, LibC.PROT_READ | LibC.PROT_WRITE);
    }

    /**
     * Gives the map a name in the BPF file system, by which it outlives its object and this process.
     *
     * @throws BpfException if that is no BPF file system, or not ours to write, or the name is taken
     */
    public void pin(Path file) {
        checked(Native.bpf().bpf_obj_pin(fd(), file.toString()), "keep BPF map " + name + " as " + file);
    }

    private int fd() {
        return checked(Native.bpf().bpf_map__fd(map), "find the descriptor of BPF map " + name);
    }
}
