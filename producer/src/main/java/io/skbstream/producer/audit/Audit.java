package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.publish.KafkaSettings;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.EventId;
import io.skbstream.schemas.EventIdDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the agents' ledgers and then the events, and holds the ones against the others.
 *
 * @param kafka the cluster
 * @param topic where the events are
 * @param ledgerTopic where the ledgers are
 */
public record Audit(KafkaSettings kafka, String topic, String ledgerTopic) {

    /** A message names no more. */
    private static final int MOST_HOSTS = 5;

    /** {@code HOST/SESSION}. */
    private static final Pattern LEDGER_KEY = Pattern.compile("(?s).+/\\d{10,}");

    /**
     * Reads both topics once.
     *
     * @param wanted which sessions to report
     * @throws AgentException if a setting is wrong, the topics cannot be read, or there is no such session
     */
    public AuditReport run(Wanted wanted, Progress progress) throws InterruptedException {
        Evidence evidence = new Evidence();
        try (TopicReader reader = new TopicReader(kafka)) {
            Map<String, TopicDescription> topics = reader.describe(List.of(topic, ledgerTopic));
            // The ledgers first: what they say to be acknowledged is then among the events.
            // As old as they are at the end that is asked for now: reading up to there takes long where there are many.
            Instant ledgersEnd = Instant.now();
            Reading ledgers = new Reading(ledgerTopic, ledgerInto(evidence));
            reader.read(topics.get(ledgerTopic), ledgers, progress);
            Instant eventsEnd = Instant.now();
            Reading events = new Reading(topic, eventInto(evidence));
            TopicNow now = reader.read(topics.get(topic), events, progress);

            List<SessionReport> all = evidence.judge(now, ledgersEnd, eventsEnd);
            List<SessionReport> reports =
                    all.stream().filter(report -> wanted.has(report.id())).toList();
            List<AuditReport.Unreadable> unreadable = new ArrayList<>(ledgers.unreadable());
            unreadable.addAll(events.unreadable());
            if (reports.isEmpty()) {
                throw new AgentException(nothingFound(wanted, ids(all))
                        + unreadable.stream().map(poison -> "; " + poison).collect(Collectors.joining()));
            }
            return new AuditReport(topic, reports, wanted.absentFrom(ids(reports)), unreadable);
        }
    }

    private static List<SessionId> ids(List<SessionReport> reports) {
        return reports.stream().map(SessionReport::id).toList();
    }

    /** @param there the sessions that are there, none of which is wanted */
    private String nothingFound(Wanted wanted, List<SessionId> there) {
        String where = "topic " + topic + " or topic " + ledgerTopic + " on " + kafka.bootstrapServers();
        String found = Verdict.NO_ACCOUNT.label() + ": no session was found in " + where;
        if (there.isEmpty()) {
            return found + "; start an agent that writes there, or name its topics with --topic and --ledger-topic";
        }
        List<String> hosts = there.stream().map(SessionId::host).distinct().toList();
        return found + " of " + String.join(", ", wanted.absentFrom(List.of())) + "; there are sessions of "
                + String.join(", ", hosts.subList(0, Math.min(MOST_HOSTS, hosts.size())))
                + (hosts.size() > MOST_HOSTS ? " and " + (hosts.size() - MOST_HOSTS) + " more hosts" : "")
                + ": correct --host or --session, or leave both out to see all";
    }

    private TopicReader.Sink ledgerInto(Evidence evidence) {
        AvroDeserializer<AgentLedger> deserializer = configured(new AvroDeserializer<>(AgentLedger.class));
        return record -> {
            AgentLedger ledger = deserializer.deserialize(record.topic(), record.value());
            if (ledger != null) { // a tombstone: someone has deleted an old session's
                evidence.add(ledger, record.partition(), record.offset());
            }
        };
    }

    private TopicReader.Sink eventInto(Evidence evidence) {
        EventIdDeserializer deserializer = configured(new EventIdDeserializer());
        return record -> {
            EventId event = deserializer.deserialize(record.topic(), record.value());
            if (event == null) {
                throw new SerializationException("topic " + record.topic() + ": a record without a value");
            }
            evidence.add(event);
        };
    }

    private <T extends Deserializer<?>> T configured(T deserializer) {
        try {
            deserializer.configure(kafka.passedThrough(), false);
            return deserializer;
        } catch (ConfigException wrong) {
            throw new AgentException(wrong.getMessage() + "; correct -K or --kafka-config", wrong);
        }
    }

    /** Goes on behind what cannot be decoded, and keeps count of it. */
    private static final class Reading implements TopicReader.Sink {
        private final String topic;
        private final TopicReader.Sink target;
        private long unreadable;
        private boolean areAccounts;
        private String first;

        private Reading(String topic, TopicReader.Sink target) {
            this.topic = topic;
            this.target = target;
        }

        @Override
        public void accept(ConsumerRecord<byte[], byte[]> record) {
            try {
                target.accept(record);
            } catch (SerializationException poison) {
                areAccounts |= isOfSession(record.key());
                if (unreadable++ == 0) {
                    first = "partition %d, offset %d: %s"
                            .formatted(record.partition(), record.offset(), poison.getMessage());
                }
            }
        }

        /** Whether only an agent writes such a key: that of a ledger. */
        private static boolean isOfSession(byte[] key) {
            return key != null
                    && LEDGER_KEY
                            .matcher(new String(key, StandardCharsets.UTF_8))
                            .matches();
        }

        private List<AuditReport.Unreadable> unreadable() {
            return unreadable == 0
                    ? List.of()
                    : List.of(new AuditReport.Unreadable(topic, unreadable, areAccounts, first));
        }
    }
}
