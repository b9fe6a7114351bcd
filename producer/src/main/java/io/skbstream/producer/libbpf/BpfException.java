package io.skbstream.producer.libbpf;

import io.skbstream.producer.AgentException;

/** A libbpf or system call that failed: what was being done, errno, and what libbpf had to say. */
public final class BpfException extends AgentException {

    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String libbpfLog;

    BpfException(String doing, int errno) {
        super("cannot " + doing + ": " + Native.describe(errno));
        this.errno = errno;
        this.libbpfLog = LibBpfLog.take();
    }

    /** The errno of the failed call, {@code 1} for EPERM. */
    public int errno() {
        return errno;
    }

    /** libbpf's own warnings, the verifier's log among them; several lines or empty. */
    public String libbpfLog() {
        return libbpfLog;
    }
}
