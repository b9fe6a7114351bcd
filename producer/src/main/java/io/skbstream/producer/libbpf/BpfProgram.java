package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.checked;

import java.util.OptionalLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** One program of a {@link BpfObject}, which owns it. */
public final class BpfProgram {

    /** {@code offsetof(struct bpf_prog_info, recursion_misses)}, Linux 5.12 and later; shorter before. */
    private static final int RECURSION_MISSES = 208;

    private static final int INFO_BYTES = RECURSION_MISSES + Long.BYTES;

    private final String name;
    private final Pointer program;

    BpfProgram(String name, Pointer program) {
        this.name = name;
        this.program = program;
    }

    /** Whether {@link BpfObject#load()} loads it. */
    public void setAutoload(boolean autoload) {
        checked(Native.bpf().bpf_program__set_autoload(program, autoload), "choose BPF program " + name);
    }

    /** Attaches it where its section says. After {@link BpfObject#load()}. */
    public BpfLink attach() {
        return new BpfLink(checked(Native.bpf().bpf_program__attach(program), "attach BPF program " + name));
    }

    /** Runs that the kernel skipped because another one on that CPU had not ended; empty where it does not say. */
    public OptionalLong recursionMisses() {
        Pointer info = Memory.allocateDirect(Native.runtime(), INFO_BYTES, true);
        Pointer infoBytes = Memory.allocateDirect(Native.runtime(), Integer.BYTES);
        infoBytes.putInt(0, INFO_BYTES);
        int fd = checked(Native.bpf().bpf_program__fd(program), "find the descriptor of BPF program " + name);
        checked(Native.bpf().bpf_obj_get_info_by_fd(fd, info, infoBytes), "read the state of BPF program " + name);
        return infoBytes.getInt(0) < INFO_BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(info.getLong(RECURSION_MISSES));
    }
}
