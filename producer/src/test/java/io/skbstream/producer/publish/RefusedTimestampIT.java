package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.skbstream.producer.it.Broker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real broker says of a timestamp that it refuses is understood. */
@ExtendWith(Broker.Resolver.class)
class RefusedTimestampIT {

    private static final String TOPIC = "refused-timestamps";

    @Test
    void aRecordFromAClockThatIsAheadAndAnOldOne(Broker broker) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(config);
                var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            long hostMs = System.currentTimeMillis() + Duration.ofHours(2).toMillis();

            assertThat(refusal(producer, hostMs).explained(hostMs))
                    .startsWith("this host's clock is ")
                    .contains("h ", " ahead of the broker's", "message.timestamp.after.max.ms");

            NewTopic strict = new NewTopic(TOPIC + "-strict", 1, (short) 1);
            admin.createTopics(List.of(strict.configs(Map.of("message.timestamp.before.max.ms", "60000"))))
                    .all()
                    .get();
            long oldMs = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
            assertThat(refusal(producer, strict.name(), oldMs).explained(System.currentTimeMillis()))
                    .contains(" older than the topic takes", "message.timestamp.before.max.ms");
        }
    }

    private static RefusedTimestamp refusal(KafkaProducer<byte[], byte[]> producer, long timestampMs) {
        return refusal(producer, TOPIC, timestampMs);
    }

    private static RefusedTimestamp refusal(KafkaProducer<byte[], byte[]> producer, String topic, long timestampMs) {
        var record = new ProducerRecord<byte[], byte[]>(topic, null, timestampMs, null, new byte[1]);
        Throwable refused = catchThrowable(() -> producer.send(record).get()).getCause();
        assertThat(FailureKind.of((Exception) refused)).isEqualTo(FailureKind.RECORD);
        return RefusedTimestamp.in(refused.getMessage()).orElseThrow(() -> new AssertionError(refused));
    }
}
