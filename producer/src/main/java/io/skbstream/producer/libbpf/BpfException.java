package io.skbstream.producer.libbpf;

import io.skbstream.producer.AgentException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A libbpf or system call that failed: what was being done, errno, and what libbpf had to say. */
public final class BpfException extends AgentException {

    private static final long serialVersionUID = 1L;

    /** What libbpf says around a reason: that the load failed as a whole, and the frame of the verifier's log. */
    private static final Pattern NO_REASON = Pattern.compile(
            "^-- (BEGIN|END)|^processed \\d|^verification time|^stack depth|failed to load (object|program|BPF skeleton)"
                    + "|: failed to load: -?\\d");

    private final int errno;
    private final String libbpfLog;

    BpfException(String doing, int errno) {
        this(doing, errno, LibBpfLog.take());
    }

    /** @param libbpfLog what libbpf warned of meanwhile, one warning or verifier's line in each line */
    public BpfException(String doing, int errno, String libbpfLog) {
        super("cannot " + doing + ": " + Native.describe(errno));
        this.errno = errno;
        this.libbpfLog = libbpfLog;
    }

    /** The errno of the failed call, {@code 1} for EPERM. */
    public int errno() {
        return errno;
    }

    /** libbpf's own warnings, the verifier's log among them; several lines or empty. */
    public String libbpfLog() {
        return libbpfLog;
    }

    /** The last of its warnings that gives a reason; empty if none does. */
    public Optional<String> lastWarning() {
        return libbpfLog
                .lines()
                .map(line -> line.replaceFirst("^libbpf: ", "").strip())
                .filter(line -> !line.isEmpty() && !NO_REASON.matcher(line).find())
                .reduce((earlier, later) -> later);
    }
}
