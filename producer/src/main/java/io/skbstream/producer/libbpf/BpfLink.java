package io.skbstream.producer.libbpf;

import jnr.ffi.Pointer;

/** A program's attachment. Not pinned: it ends with {@link #close()}, or with the process, however that ends. */
public final class BpfLink implements AutoCloseable {

    private Pointer link;

    BpfLink(Pointer link) {
        this.link = link;
    }

    /** Detaches, and returns when no CPU runs the program any more: what it counted and submitted is final then. */
    @Override
    public void close() {
        if (link != null) {
            Native.bpf().bpf_link__destroy(link);
            link = null;
            Native.waitForRunningPrograms();
        }
    }
}
