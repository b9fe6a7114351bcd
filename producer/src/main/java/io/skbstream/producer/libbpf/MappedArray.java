package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.checked;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A {@code BPF_MAP_TYPE_ARRAY} with {@code BPF_F_MMAPABLE}, read, or written, in place: no system call, during which the kernel would
 * skip the programs of kprobes. Closed after its last reader is done.
 */
public final class MappedArray implements AutoCloseable {

    private final Mapping mapping;
    private final ByteBuffer memory;

    MappedArray(int mapFd, int bytes, int protection) {
        this.mapping = Mapping.of(mapFd, bytes, protection, 0);
        this.memory = mapping.buffer(0, bytes);
    }

    /**
     * An array that {@link BpfMap#pin} gave a name, in this process or another. The caller closes it.
     *
     * @throws BpfException if there is none, or it may not be opened
     */
    public static MappedArray pinned(Path file, int bytes) {
        int fd = checked(Native.bpf().bpf_obj_get(file.toString()), "open the BPF map " + file);
        try {
            return new MappedArray(fd, bytes, LibC.PROT_READ);
        } finally {
            Native.c().close(fd); // the mapping stays
        }
    }

    /** All elements, one behind the other, in the machine's byte order; the kernel changes them at any time. */
    public ByteBuffer memory() {
        return memory;
    }

    @Override
    public void close() {
        mapping.close();
    }
}
