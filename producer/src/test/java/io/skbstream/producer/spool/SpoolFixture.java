package io.skbstream.producer.spool;

import io.skbstream.avro.SessionState;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;

/** Spool folders for the tests of other packages. */
public final class SpoolFixture {

    private SpoolFixture() {}

    /** 30 events of session 1000, 10 of them replayed, of which 2 were refused; stopped in order. */
    public static void fill(Path folder) {
        try (Spool spool = open(folder, 1_000)) {
            for (int i = 0; i < 3; i++) {
                spool.append(TestEvents.of(1_000, i * 10L, 10), null);
            }
            SpooledBlock block = spool.next();
            BitSet refused = new BitSet();
            refused.set(3, 5);
            spool.keepRejected(block, refused, "RecordTooLargeException");
            spool.settle(block, 8, Map.of("RecordTooLargeException", 2L));
            spool.note(TestLedgers.of(1_000, SessionState.STOPPED, 30, spool.counts()));
        }
    }

    /** Runs something while session 2000 appends to the folder. */
    public static void whileInUse(Path folder, Runnable task) {
        try (Spool spool = open(folder, 2_000)) {
            spool.append(TestEvents.of(2_000, 0, 10), null);
            task.run();
        }
    }

    private static Spool open(Path folder, long session) {
        return Spool.open(
                new SpoolSettings(folder, 1 << 20, Duration.ofDays(7), Policy.EVICT_OLDEST), TestEvents.HOST, session);
    }
}
