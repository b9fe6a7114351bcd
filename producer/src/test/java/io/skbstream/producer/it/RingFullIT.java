package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A ring that is too small loses hits, and everyone can tell how many. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class RingFullIT {

    private static final Path CONSUMER = Path.of("../consumer-example/target/loopback-by-host.jar")
            .toAbsolutePath()
            .normalize();
    private static final int RING_BYTES = 64 * 1024;
    private static final int RECORD_BYTES = 96;
    private static final int BEFORE = 10;
    private static final int FLOOD = 20_000;
    private static final int AFTER = 10;

    @Test
    void kernelLedgerAndConsumerAgreeOnTheLoss(Broker broker) throws Exception {
        String topic = "ring-full";
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode(), "--ring-size", "64KiB")) {
            traffic.pin(); // one CPU, one sequence: it has a number before the gap and one after
            traffic.send(BEFORE);
            agent.await("the first events in Kafka", () -> broker.size(topic) == BEFORE);

            agent.halt();
            traffic.send(FLOOD);
            agent.signal("CONT");
            int fit = (RING_BYTES - 1) / RECORD_BYTES; // the kernel keeps at least one byte free
            agent.await("the ring to be emptied", () -> broker.size(topic) == BEFORE + fit);
            traffic.send(AFTER);
            JsonNode ledger = agent.ledger();
            int lost = FLOOD - fit;

            assertThat(broker.size(topic)).isEqualTo(BEFORE + fit + AFTER);
            assertThat(ledger.get("ring_full").asLong()).isEqualTo(lost);
            assertThat(ledger.get("unaccounted").asLong()).isZero();
            assertThat(missingByConsumer(broker, topic, BEFORE + fit + AFTER)).isEqualTo(lost);
        }
    }

    /** What the real consumer says, once it has seen all events. */
    private static long missingByConsumer(Broker broker, String topic, long events) throws Exception {
        try (var consumer = AgentProcess.start(List.of(
                AgentProcess.java(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                CONSUMER.toString(),
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                topic,
                "--application-id",
                "ring-full"))) {
            Map<Object, LoopbackByHost> newest = new HashMap<>();
            consumer.await("the consumer's windows to hold all events", () -> {
                if (!consumer.err().isEmpty() || !consumer.out().isEmpty()) {
                    readWindows(broker, newest);
                }
                return newest.values().stream()
                                .mapToLong(LoopbackByHost::getEvents)
                                .sum()
                        == events;
            });
            assertThat(newest.values())
                    .allSatisfy(window -> assertThat(window.getPackets()).isEqualTo(window.getEvents()));
            return newest.values().stream()
                    .mapToLong(LoopbackByHost::getMissing)
                    .sum();
        }
    }

    private static void readWindows(Broker broker, Map<Object, LoopbackByHost> newest) {
        broker.read(Topics.LOOPBACK_BY_HOST, new AvroDeserializer<>(LoopbackByHost.class)).stream()
                .map(record -> record.value())
                .filter(window -> window.getHost().equals(AgentProcess.HOST))
                .forEach(window -> newest.put(window.getWindowStart(), window));
    }
}
