package io.skbstream.producer.spool;

import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the disk refused last: told once a minute, and reason to leave it alone for a moment. Any thread. */
final class DiskTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(DiskTrouble.class);
    static final long REST_NS = 250_000_000L;
    private static final long TELL_EVERY_NS = 60_000_000_000L;

    private final Path folder;
    private final LongSupplier nowNs;
    private String last;
    private long restUntilNs;
    private boolean resting;
    private long toldNs;
    private long lost;

    DiskTrouble(Path folder, LongSupplier nowNs) {
        this.folder = folder;
        this.nowNs = nowNs;
        this.toldNs = nowNs.getAsLong() - TELL_EVERY_NS;
    }

    /** Something else than a block could not be written. */
    synchronized void happened(String what, IOException failure) {
        last = SystemFailure.reason(failure);
        tell(what, SystemFailure.inWords(failure));
    }

    /** A block could not be written: the next ones are not even tried, for a moment, lest the caller wait for the disk each time. */
    synchronized void lost(long events, IOException failure) {
        lost += events;
        resting = true;
        restUntilNs = nowNs.getAsLong() + REST_NS;
        happened("events", failure);
    }

    /** Whether to leave the disk alone; if so, these events are lost as well. */
    synchronized boolean isResting(long events) {
        boolean rests = resting && nowNs.getAsLong() - restUntilNs < 0;
        if (rests) {
            lost += events;
        }
        return rests;
    }

    /** A block was written. */
    synchronized void isOver() {
        if (last != null) {
            LOG.info("spool {}: the disk works again; {} events were lost to it", folder, lost);
            last = null;
            resting = false;
            lost = 0;
            toldNs = nowNs.getAsLong() - TELL_EVERY_NS;
        }
    }

    /** The account was written: the disk works, unless blocks need more room than that. */
    synchronized void accountWritten() {
        if (!resting) {
            last = null;
        }
    }

    synchronized Optional<String> failing() {
        return Optional.ofNullable(last);
    }

    private void tell(String what, String why) {
        long tellNs = nowNs.getAsLong();
        if (tellNs - toldNs >= TELL_EVERY_NS) {
            toldNs = tellNs;
            LOG.error(
                    "spool {}: cannot write {}, with {} events lost so far: {}; the spool goes on by itself once it can",
                    folder,
                    what,
                    lost,
                    why);
        }
    }
}
