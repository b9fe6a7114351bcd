package io.skbstream.producer.agent;

import io.skbstream.avro.SessionState;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.spool.Spool;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The housekeeping thread, which may wait for the disk: each second it puts the spool and its account on it. */
final class Housekeeping implements Duty {

    private static final long STEP_NS = Duration.ofMillis(100).toNanos();
    private static final long EVERY_NS = Duration.ofSeconds(1).toNanos();

    private final Account account;
    private final Spool spool;
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
        spool.note(account.record(SessionState.RUNNING));
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
