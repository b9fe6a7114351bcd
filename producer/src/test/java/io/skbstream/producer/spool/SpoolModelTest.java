package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Any sequence of what can be done to a spool, restarts and crashes included, against sets of events. */
class SpoolModelTest {

    private enum Act {
        APPEND,
        NEXT,
        SETTLE,
        REJECT,
        SYNC,
        NOTE,
        RESTART,
        CRASH
    }

    @Property(tries = 400, shrinking = ShrinkingMode.BOUNDED)
    void nothingIsLostThatIsNotCounted(@ForAll("acts") List<Tuple2<Act, Integer>> acts, @ForAll Policy policy)
            throws IOException {
        Path parent = Copies.inMemory();
        Model model = new Model(parent, policy);
        try {
            for (Tuple2<Act, Integer> act : acts) {
                model.act(act.get1(), act.get2());
                model.check();
            }
            model.finish();
        } finally {
            model.delete();
        }
    }

    @Provide
    Arbitrary<List<Tuple2<Act, Integer>>> acts() {
        Arbitrary<Act> act = Arbitraries.frequency(
                Tuple.of(8, Act.APPEND),
                Tuple.of(8, Act.NEXT),
                Tuple.of(6, Act.SETTLE),
                Tuple.of(1, Act.REJECT),
                Tuple.of(1, Act.SYNC),
                Tuple.of(1, Act.NOTE),
                Tuple.of(1, Act.RESTART),
                Tuple.of(1, Act.CRASH));
        return act.flatMap(one -> Arbitraries.integers().between(1, 400).map(size -> Tuple.of(one, size)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    /** What should be true of the spool. */
    private static final class Model {

        private static final long MAX_BYTES = 60_000; // a few segments, each with a header of some 5,000 bytes

        private final Path parent;
        private final Policy policy;
        private final List<Path> folders = new ArrayList<>();
        private final List<Spool> open = new ArrayList<>();
        private final ArrayDeque<SpooledBlock> handed = new ArrayDeque<>();
        private final Set<Long> settled = new HashSet<>();
        private final Set<Long> settledBeforeACrash = new HashSet<>();
        private final Set<Long> stopped = new HashSet<>();
        private Spool spool;
        private long session = 1_000;
        private long appended;
        private long appendedInSession;
        private long evictedInAll;
        private long lastHanded = -1;

        Model(Path parent, Policy policy) {
            this.parent = parent;
            this.policy = policy;
            begin(parent.resolve("0"));
        }

        void act(Act act, int size) throws IOException {
            switch (act) {
                case APPEND -> append(size);
                case NEXT -> next();
                case SETTLE -> settle(0);
                case REJECT -> settle(1);
                case SYNC -> spool.sync();
                case NOTE ->
                    spool.note(TestLedgers.of(session, SessionState.RUNNING, appendedInSession, spool.counts()));
                case RESTART -> restart();
                case CRASH -> crash();
                default -> throw new IllegalArgumentException(act.toString());
            }
        }

        private void append(int size) {
            // Events of all sessions are numbered on, so that a number is an event.
            spool.append(TestEvents.of(session, appended, size), null);
            appended += size;
            appendedInSession += size;
        }

        private SpooledBlock next() {
            SpooledBlock block = spool.next();
            if (block != null) {
                List<Long> seqs = TestEvents.seqs(block);
                assertThat(seqs).isSorted().doesNotHaveDuplicates();
                assertThat(seqs.get(0)).as("in order").isGreaterThan(lastHanded);
                assertThat(seqs).as("settled events do not come back").noneMatch(settled::contains);
                lastHanded = seqs.get(seqs.size() - 1);
                handed.addLast(block);
            }
            return block;
        }

        private void settle(int rejected) {
            SpooledBlock block = handed.pollFirst();
            if (block != null) {
                Map<String, Long> by = rejected == 0 ? Map.of() : Map.of("RecordTooLargeException", (long) rejected);
                spool.settle(block, block.size() - rejected, by);
                settled.addAll(TestEvents.seqs(block));
            }
        }

        private void restart() {
            spool.note(TestLedgers.of(session, SessionState.STOPPED, appendedInSession, spool.counts()));
            spool.close();
            open.remove(spool);
            stopped.add(session);
            begin(folders.get(folders.size() - 1));
        }

        /** The killed agent's folder is a copy; what it settled since its last account may come again. */
        private void crash() throws IOException {
            Path next = parent.resolve(Integer.toString(folders.size()));
            Copies.of(folders.get(folders.size() - 1), next);
            settledBeforeACrash.addAll(settled);
            settled.clear();
            begin(next);
        }

        private void begin(Path folder) {
            if (!folders.contains(folder)) {
                folders.add(folder);
            }
            session++;
            appendedInSession = 0;
            handed.clear();
            lastHanded = -1;
            spool = Spool.open(new SpoolSettings(folder, MAX_BYTES, Duration.ofDays(7), policy), HOST, session);
            open.add(spool);
        }

        void check() {
            SpoolCounts now = spool.counts();
            long rejected = now.rejectedBy().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(now.spooled() + now.evicted() + now.failed() + now.acked() + rejected)
                    .as("%s", now)
                    .isEqualTo(appendedInSession);
            assertThat(now.failed()).isZero();
            List<AgentLedger> earlier = spool.earlier();
            for (AgentLedger ledger : earlier) {
                assertThat(ledger.getSpoolFailed()).as("%s", ledger).isZero();
                if (stopped.contains(ledger.getSession())) {
                    TestLedgers.assertBalanced(ledger);
                }
            }
            SpoolState state = spool.state();
            assertThat(state.events())
                    .isEqualTo(now.spooled()
                            + earlier.stream()
                                    .mapToLong(AgentLedger::getSpooled)
                                    .sum());
            assertThat(state.bytes()).isLessThanOrEqualTo(MAX_BYTES);
            assertThat(state.failing()).isEmpty();
        }

        /** Every event was settled, waits and comes, or was evicted and counted. */
        void finish() {
            while (next() != null) {
                // until all that waits is handed out
            }
            Set<Long> waiting = new HashSet<>();
            handed.forEach(block -> waiting.addAll(TestEvents.seqs(block)));
            assertThat(waiting).hasSize((int) spool.state().events());
            Set<Long> known = new HashSet<>(waiting);
            known.addAll(settled);
            known.addAll(settledBeforeACrash);
            evictedInAll += spool.counts().evicted();
            evictedInAll +=
                    spool.earlier().stream().mapToLong(AgentLedger::getEvicted).sum();
            long missing = IntStream.range(0, (int) appended)
                    .filter(seq -> !known.contains((long) seq))
                    .count();
            if (folders.size() == 1) {
                assertThat(missing).as("evicted, and nothing else").isEqualTo(evictedInAll);
            }
            if (policy == Policy.EVICT_OLDEST && appended < 400) {
                assertThat(missing).isZero();
            }
        }

        void delete() throws IOException {
            open.forEach(Spool::close);
            Copies.delete(parent);
        }
    }
}
