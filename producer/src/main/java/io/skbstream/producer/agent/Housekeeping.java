package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.spool.Spool;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The housekeeping thread, which may wait for the disk: each second it puts the spool and its account on it. */
final class Housekeeping implements Duty {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private static final long STEP_NS = Duration.ofMillis(100).toNanos();
    private static final long EVERY_NS = Duration.ofSeconds(1).toNanos();

    private final Account account;
    private final Spool spool;
    private boolean isTold;
    private long atNs = System.nanoTime();

    Housekeeping(Account account, Spool spool) {
        this.account = account;
        this.spool = spool;
    }

    @Override
    public int doWork() {
        long nowNs = System.nanoTime();
        if (nowNs - atNs < 0) {
            LockSupport.parkNanos(STEP_NS);
            return 0;
        }
        atNs = nowNs + EVERY_NS;
        spool.sync();
        AgentLedger record = account.record(SessionState.RUNNING);
        spool.note(record);
        if (record.getUnattributed() > 0 && !isTold) {
            isTold = true;
            LOG.warn(
                    "all {} rows that each CPU has for devices are in use: the packets of further devices are counted together, as"
                            + " unattributed; these devices have no row of their own until the agent is started anew",
                    DeviceCounts.ROWS);
        }
        return 1;
    }

    @Override
    public boolean isDrained() {
        return true;
    }

    @Override
    public void close(long deadlineNs) {
        // Whoever ends the agent does it once more, when every count is final.
    }
}
