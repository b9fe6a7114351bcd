package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.duty.DutyThread;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.Guards;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.LedgerTopic;
import io.skbstream.producer.publish.LedgerTopic.Fate;
import io.skbstream.producer.publish.Replay;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.producer.spool.Spool;
import io.skbstream.producer.spool.SpoolSettings;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Sends what waits in a spool folder, where no agent runs, and the accounts of the sessions that it is of. */
public final class SpoolReplay {

    private static final Duration NEVER_TOO_OLD = Duration.ofDays(36_500);
    /** Without any event that leaves the folder, Kafka is taken for gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LAST_WAIT = Duration.ofSeconds(5);
    private static final long LOOK_EVERY_MS = 100;

    private SpoolReplay() {}

    /**
     * What came of it.
     *
     * @param acked events that Kafka acknowledged
     * @param lost events that Kafka refused for good, or that could not be read
     * @param waiting events that are still in the folder
     * @param unsent sessions whose last ledger Kafka does not have
     */
    public record Result(long acked, long lost, long waiting, long unsent) {}

    /**
     * Runs until nothing waits any more, {@code stop} says so, or nothing has moved for two minutes.
     *
     * @param host for Kafka's logs; the events keep their own
     * @throws io.skbstream.producer.publish.KafkaAwayException if Kafka is not there, or the topic is neither
     * @throws AgentException if an agent runs on the folder, or it cannot be used, or a schema registry gives no id
     */
    public static Result run(
            Path folder, String host, TopicSetup topic, String ledgerTopic, int perSecond, BooleanSupplier stop)
            throws InterruptedException {
        var settings = new SpoolSettings(folder, Long.MAX_VALUE, NEVER_TOO_OLD, Policy.REFUSE_NEWEST);
        try (Spool spool = Spool.open(settings, host, System.currentTimeMillis());
                KafkaLink kafka = new KafkaLink(topic, host, schemaIds(topic, ledgerTopic, folder))) {
            KilledSessions.complete(spool, folder);
            kafka.connect();
            findTopics(kafka, topic, ledgerTopic);
            kafka.warmUp(FirstContact.WARM_UP);
            kafka.met();
            LedgerTopic ledgers = new LedgerTopic(kafka, ledgerTopic);
            Guards guards = Guards.on(1, perSecond);
            kafka.tellRecoveries(guards);
            Replay replay = new Replay(spool, kafka, guards);
            DutyThread thread = new DutyThread("replay", replay);
            long lostBefore = lost(spool);
            thread.start();
            long waiting = Long.MAX_VALUE;
            long progressNs = System.nanoTime();
            while (spool.state().events() > 0 && thread.failure() == null && !stop.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
                kafka.complaints().tellNoted();
                if (spool.state().events() < waiting) {
                    waiting = spool.state().events();
                    progressNs = System.nanoTime();
                } else if (System.nanoTime() - progressNs > PATIENCE.toNanos()) {
                    break;
                }
            }
            long deadlineNs = System.nanoTime() + LAST_WAIT.toNanos();
            thread.stop(deadlineNs);
            long lost = lost(spool) - lostBefore;
            List<AgentLedger> accounts = spool.earlier();
            while (accounts.stream().anyMatch(account -> ledgers.fate(account) == Fate.WAITS)
                    && System.nanoTime() - deadlineNs < 0) {
                accounts.forEach(account -> ledgers.send(account, spool::published));
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
            kafka.close(deadlineNs);
            kafka.complaints().tellNoted();
            long unsent = accounts.stream()
                    .filter(account -> ledgers.fate(account) != Fate.ACKED)
                    .count();
            return new Result(replay.acked(), lost, spool.state().events(), unsent);
        }
    }

    private static SchemaIds schemaIds(TopicSetup topic, String ledgerTopic, Path folder) {
        SchemaIds ids = SchemaIds.of(topic, ledgerTopic, folder);
        ids.ask();
        if (!ids.areKnown()) {
            throw new AgentException(ids.failure() + "; nothing was sent");
        }
        return ids;
    }

    private static long lost(Spool spool) {
        return spool.earlier().stream()
                .mapToLong(account -> account.getRejected() + account.getSpoolFailed())
                .sum();
    }

    private static void findTopics(KafkaLink kafka, TopicSetup topic, String ledgerTopic) throws InterruptedException {
        try (ClusterVisit visit = new ClusterVisit(topic.kafka())) {
            kafka.topicId(FirstContact.found(visit, topic).id());
            FirstContact.found(visit, topic.forLedger(ledgerTopic));
        }
    }
}
