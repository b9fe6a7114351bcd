package io.skbstream.producer.audit;

import static io.skbstream.producer.audit.Ledgers.HOST;
import static io.skbstream.producer.audit.Ledgers.NOW;
import static io.skbstream.producer.audit.Ledgers.SESSION;
import static io.skbstream.producer.audit.Ledgers.TOPIC;
import static io.skbstream.producer.audit.Ledgers.TOPIC_ID;
import static io.skbstream.producer.audit.Ledgers.log;
import static io.skbstream.producer.audit.Ledgers.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.producer.audit.TopicNow.Offsets;
import io.skbstream.schemas.EventId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** A random truth, the ledger and the records that follow from it, and the audit, which must find exactly that truth. */
class AuditPropertyTest {

    /** What became of one numbered event. */
    enum Fate {
        ACKED(null),
        ACKED_THRICE(null),
        RING_FULL(Cause.RING_FULL),
        EVICTED(Cause.EVICTED),
        REJECTED(Cause.REJECTED),
        SPOOL_FAILED(Cause.SPOOL_FAILED),
        ABANDONED(Cause.ABANDONED),
        SPOOLED(Cause.SPOOLED),
        /** Acknowledged by a topic that was then deleted. */
        GONE(Cause.TOPIC_GONE),
        /** Acknowledged, then deleted from the beginning of the topic. */
        EXPIRED(Cause.RETENTION);

        private final Cause cause;

        Fate(Cause cause) {
            this.cause = cause;
        }

        int records() {
            return this == ACKED ? 1 : this == ACKED_THRICE ? 3 : 0;
        }
    }

    /** The fates of one session by CPU and number, and all that is seen of them. */
    private static final class Truth {
        private final Map<Fate, Long> counts = new EnumMap<>(Fate.class);
        private final List<EventId> records = new ArrayList<>();
        private final List<CpuSequence> sequences = new ArrayList<>();
        private long numbers;

        private Truth(List<List<Fate>> fates, Random order) {
            for (int cpu = 0; cpu < fates.size(); cpu++) {
                List<Fate> ofCpu = fates.get(cpu);
                for (int seq = 0; seq < ofCpu.size(); seq++) {
                    counts.merge(ofCpu.get(seq), 1L, Long::sum);
                    for (int copy = 0; copy < ofCpu.get(seq).records(); copy++) {
                        records.add(new EventId(HOST, SESSION, cpu, seq));
                    }
                }
                sequences.add(new CpuSequence(cpu, (long) ofCpu.size()));
                numbers += ofCpu.size();
            }
            Collections.shuffle(records, order);
        }

        private long count(Fate fate) {
            return counts.getOrDefault(fate, 0L);
        }

        private long inTopic() {
            return count(Fate.ACKED) + count(Fate.ACKED_THRICE);
        }

        /** Other hosts' records lie between, so the offsets are what this session's records cannot tell. */
        private TopicNow topic() {
            long beginning = count(Fate.EXPIRED);
            return new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(beginning, beginning + records.size() + 10)));
        }

        private AgentLedger.Builder ledger(long filtered) {
            long acked = inTopic() + count(Fate.GONE) + count(Fate.EXPIRED);
            return stopped(numbers)
                    .setHits(numbers + filtered)
                    .setFiltered(filtered)
                    .setRingFull(count(Fate.RING_FULL))
                    .setCaptured(numbers - count(Fate.RING_FULL))
                    .setAcked(acked)
                    .setSpooled(count(Fate.SPOOLED))
                    .setEvicted(count(Fate.EVICTED))
                    .setRejected(count(Fate.REJECTED))
                    .setSpoolFailed(count(Fate.SPOOL_FAILED))
                    .setAbandoned(count(Fate.ABANDONED))
                    .setSequences(sequences)
                    .setLogs(List.of(
                            log("id-of-old", 0, count(Fate.GONE), 0, count(Fate.GONE)),
                            log(TOPIC_ID, 0, acked - count(Fate.GONE), 0, acked - count(Fate.GONE) - 1)));
        }

        private Map<Cause, Long> causes() {
            Map<Cause, Long> causes = new EnumMap<>(Cause.class);
            counts.forEach((fate, count) -> {
                if (fate.cause != null) {
                    causes.put(fate.cause, count);
                }
            });
            return causes;
        }

        private SessionReport audit(long filtered) {
            Evidence evidence = new Evidence();
            evidence.add(ledger(filtered).build(), 0, 0);
            records.forEach(evidence::add);
            List<SessionReport> reports = evidence.judge(topic(), NOW, NOW);
            assertThat(reports).hasSize(1);
            return reports.get(0);
        }
    }

    @Property
    void theAuditFindsExactlyTheTruth(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 50) List<Fate>> fates,
            @ForAll @LongRange(min = 0, max = 1000) long filtered,
            @ForAll Random order) {
        Truth truth = new Truth(fates, order);

        SessionReport report = truth.audit(filtered);

        assertThat(report.causes()).isEqualTo(truth.causes());
        assertThat(report.problems()).isEmpty();
        assertThat(report.expected()).isEqualTo(truth.numbers);
        assertThat(report.records()).isEqualTo(truth.records.size());
        assertThat(report.distinct()).isEqualTo(truth.inTopic());
        assertThat(report.duplicates()).isEqualTo(2 * truth.count(Fate.ACKED_THRICE));
        assertThat(report.verdict())
                .isEqualTo(
                        truth.causes().keySet().stream().anyMatch(Cause::isLost)
                                ? Verdict.LOSS_ACCOUNTED
                                : truth.count(Fate.SPOOLED) > 0 ? Verdict.COMPLETE_SO_FAR : Verdict.COMPLETE);
    }

    @Property
    void everyAcknowledgedEventThatIsTakenOutOfTheTopicIsUnexplained(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 50) List<Fate>> fates, @ForAll Random random) {
        Truth truth = new Truth(fates, random);
        Assume.that(!truth.records.isEmpty());
        TopicNow topic = truth.topic();
        EventId taken = truth.records.get(random.nextInt(truth.records.size()));
        truth.records.removeIf(taken::equals);
        Evidence evidence = new Evidence();
        evidence.add(truth.ledger(0).build(), 0, 0);
        truth.records.forEach(evidence::add);

        SessionReport report = evidence.judge(topic, NOW, NOW).get(0);

        Map<Cause, Long> expected = truth.causes();
        expected.put(Cause.UNEXPLAINED, 1L);
        assertThat(report.causes()).isEqualTo(expected);
        assertThat(report.verdict()).isEqualTo(Verdict.LOSS_UNEXPLAINED);
    }

    @Property
    void anEventInTheTopicThoughCountedAsLostIsNeverUnexplained(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 50) List<Fate>> fates, @ForAll Random random) {
        Truth truth = new Truth(fates, random);
        SessionReport before = truth.audit(0);
        for (int cpu = 0; cpu < fates.size(); cpu++) {
            for (int seq = 0; seq < fates.get(cpu).size(); seq++) {
                Fate fate = fates.get(cpu).get(seq);
                boolean mayHaveArrived = fate == Fate.EVICTED || fate == Fate.ABANDONED || fate == Fate.SPOOLED;
                if (mayHaveArrived && random.nextBoolean()) {
                    truth.records.add(new EventId(HOST, SESSION, cpu, seq));
                }
            }
        }

        SessionReport after = truth.audit(0);

        assertThat(after.unexplained()).isZero();
        assertThat(after.problems()).isEmpty();
        assertThat(after.verdict()).isLessThanOrEqualTo(before.verdict());
        assertThat(after.missing()).isEqualTo(truth.numbers - new HashSet<>(truth.records).size());
        assertThat(after.causes().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(after.missing());
    }
}
