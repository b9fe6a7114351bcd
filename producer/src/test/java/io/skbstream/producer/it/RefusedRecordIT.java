package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the broker refuses for good is lost with a reason, kept on disk, and in nobody's way. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class RefusedRecordIT {

    private static final String TOPIC = "refused-records";
    private static final String SMALLER_THAN_A_RECORD = "100";
    private static final String LARGE = "1000000";
    private static final int REFUSED = 700;
    private static final int TAKEN = 900;

    /** Records of the test's own in the topic. */
    private static final int PROBES = 1;

    @Test
    void refusedEventsAreCountedByReasonAndKeptAndTheNextOnesArrive(Broker broker, @TempDir Path spool)
            throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NewTopic topic = new NewTopic(TOPIC, Optional.of(1), Optional.empty());
            admin.createTopics(List.of(topic.configs(Map.of("max.message.bytes", SMALLER_THAN_A_RECORD))))
                    .all()
                    .get();
            try (var traffic = new LoopbackTraffic();
                    var agent = AgentProcess.capture(broker, TOPIC, traffic.inode(), "--spool-dir", spool.toString())) {
                traffic.send(REFUSED);
                agent.await("a line on the refusal", () -> agent.err().contains("refuses events for good"));
                allow(admin, LARGE);
                agent.await("the broker to take such records", () -> takes(broker));
                traffic.send(TAKEN);
                agent.await("the next events in Kafka", () -> broker.size(TOPIC) >= PROBES + TAKEN);
                agent.signal("TERM");

                assertThat(agent.exitCode()).as("events are lost").isEqualTo(1);
                JsonNode ledger = agent.lastLedger();
                long rejected = ledger.get("rejected").asLong();
                assertThat(rejected).isBetween(1L, (long) REFUSED);
                assertThat(ledger.get("rejected_by")
                                .get("RecordTooLargeException")
                                .asLong())
                        .isEqualTo(rejected);
                assertThat(ledger.get("acked").asLong()).isEqualTo(REFUSED + TAKEN - rejected);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
                assertThat(broker.size(TOPIC)).isEqualTo(PROBES + REFUSED + TAKEN - rejected);
                assertThat(keptIn(spool)).isEqualTo(rejected);
            }
        }
    }

    /** The account is as loud as the events. */
    @Test
    void aLedgerThatIsRefusedIsToldAndIsExitCode1AndTheAuditFindsNoAccount(Broker broker) throws Exception {
        String topic = "refused-ledgers";
        String ledgers = topic + ".ledger";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NewTopic wanted = new NewTopic(ledgers, Optional.of(1), Optional.empty());
            admin.createTopics(List.of(wanted.configs(Map.of("max.message.bytes", SMALLER_THAN_A_RECORD))))
                    .all()
                    .get();
        }
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(
                        broker, topic, traffic.inode(), "--ledger-topic", ledgers, "--metrics", "127.0.0.1:0")) {
            traffic.send(TAKEN);
            agent.await("a line on the refusal", () -> agent.err()
                    .contains("WARN  Kafka refuses ledgers for good (topic " + ledgers + "): RecordTooLargeException"));
            agent.await("the events in Kafka", () -> broker.size(topic) >= TAKEN);
            assertThat(metric(agent, "skbstream_ledgers_refused_total")).isPositive();
            agent.signal("TERM");

            assertThat(agent.exitCode()).as(agent.err()).isEqualTo(1);
            assertThat(agent.err()).contains("ERROR this session's last ledger is not taken");
        }
        String verdict = audit(broker, topic, ledgers);
        while (verdict.contains("has just begun")) { // for ten seconds
            verdict = audit(broker, topic, ledgers);
        }
        assertThat(verdict).contains("NO LEDGER", "NO ACCOUNT").endsWith("exit code 5");
    }

    private static String audit(Broker broker, String topic, String ledgers) throws Exception {
        try (var audit = AgentProcess.start(
                "audit",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                topic,
                "--ledger-topic",
                ledgers)) {
            int exitCode = audit.exitCode();
            return audit.out() + audit.err() + "exit code " + exitCode;
        }
    }

    private static double metric(AgentProcess agent, String name) throws Exception {
        String at = agent.err().replaceFirst("(?s).*metrics at (\\S+).*", "$1");
        String page = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(at)).build(), BodyHandlers.ofString())
                .body();
        return page.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static long keptIn(Path spool) throws Exception {
        try (var cat = AgentProcess.start("spool", "cat", "--rejected", "--spool-dir", spool.toString())) {
            assertThat(cat.exitCode()).as(cat.err()).isZero();
            return cat.out().lines().count();
        }
    }

    /** A broker applies a topic's new setting a moment after it was taken. */
    private static boolean takes(Broker broker) {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, new byte[2 * Integer.parseInt(SMALLER_THAN_A_RECORD)]))
                    .get();
            return true;
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(RecordTooLargeException.class);
            return false;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void allow(Admin admin, String bytes) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                        List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), OpType.SET))))
                .all()
                .get();
    }
}
