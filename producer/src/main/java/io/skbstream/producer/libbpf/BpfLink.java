package io.skbstream.producer.libbpf;

import java.util.OptionalLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A program's attachment. Not pinned: it ends with {@link #close()}, or with the process, however that ends. */
public final class BpfLink implements AutoCloseable {

    // struct bpf_link_info of the uapi's linux/bpf.h, as of Linux 6.7, which added perf_event.kprobe.missed.
    private static final int TYPE = 0;
    private static final int PERF_EVENT_TYPE = 16;
    private static final int MISSED = 48;
    private static final int INFO_BYTES = MISSED + Long.BYTES;
    private static final int BPF_LINK_TYPE_PERF_EVENT = 7;
    private static final int BPF_PERF_EVENT_KPROBE = 3;

    private Pointer link;
    private OptionalLong lastKprobeMisses = OptionalLong.empty();

    BpfLink(Pointer link) {
        this.link = link;
    }

    /**
     * A kprobe's {@code nmissed}: how often it was not run because another kprobe was running on that CPU. Empty where the
     * program is at no kprobe, the kernel is older than Linux 6.7, or libbpf is too old to attach by a link. Once closed: as
     * of the last moment before.
     */
    public OptionalLong kprobeMisses() {
        return link == null ? lastKprobeMisses : readKprobeMisses();
    }

    /** Detaches, and returns when no CPU runs the program any more: what it counted and submitted is final then. */
    @Override
    public void close() {
        if (link != null) {
            lastKprobeMisses = readKprobeMisses();
            Native.bpf().bpf_link__destroy(link);
            link = null;
            Native.waitForRunningPrograms();
        }
    }

    private OptionalLong readKprobeMisses() {
        Pointer info = Memory.allocateDirect(Native.runtime(), INFO_BYTES, true);
        Pointer infoBytes = Memory.allocateDirect(Native.runtime(), Integer.BYTES);
        infoBytes.putInt(0, INFO_BYTES);
        boolean told = Native.bpf().bpf_obj_get_info_by_fd(Native.bpf().bpf_link__fd(link), info, infoBytes) == 0
                && infoBytes.getInt(0) == INFO_BYTES // an older kernel's is shorter
                && info.getInt(TYPE) == BPF_LINK_TYPE_PERF_EVENT
                && info.getInt(PERF_EVENT_TYPE) == BPF_PERF_EVENT_KPROBE;
        return told ? OptionalLong.of(info.getLong(MISSED)) : OptionalLong.empty();
    }
}
