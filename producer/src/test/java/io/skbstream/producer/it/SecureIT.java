package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that may write to their two topics and do nothing else: what keeps them out is told, costs no event, and is mended
 * without a restart.
 */
@LiveKernel
@NeedsCommand("openssl")
class SecureIT {

    private static final String LEDGERS = "secure-ledgers";
    private static final String RIGHT = "right-S3cret";
    private static final String WRONG = "wrong-S3cret";
    private static final int EVENTS = 1_000;
    private static final Pattern METRICS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)\\\\?/metrics");

    private static SecuredKafka kafka;
    private static Broker broker;

    @TempDir
    private Path spool;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = SecuredKafka.start();
        broker = kafka.broker();
        kafka.createTopics(LEDGERS);
    }

    @AfterAll
    static void stopBroker() throws IOException {
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aCertificateThatHasExpiredIsRenewedOnDiskAndEveryEventArrives() throws Exception {
        String topic = "secure-certificates";
        kafka.createTopics(topic);
        kafka.allow("User:CN=web-1", topic);
        kafka.allow("User:CN=web-1", LEDGERS);
        kafka.makeCertificates("--days", "-1", "web-1");
        Path config = kafka.config("web-1.properties", kafka.certified("web-1"));

        try (var traffic = new LoopbackTraffic();
                var agent = capture("CERTIFICATES", topic, config, traffic)) {
            agent.awaitLine("(CN=web-1, in ", "is not valid any more");
            traffic.send(EVENTS);
            agent.awaitSpooled(spool, EVENTS);
            assertThat(broker.size(topic)).isZero();

            kafka.makeCertificates("--renew", "web-1");
            agent.await("the events in Kafka", () -> broker.size(topic) >= EVENTS);
            traffic.send(EVENTS);
            agent.await("the next ones in Kafka", () -> broker.size(topic) >= 2 * EVENTS);
            isAccounted(agent, topic, 2 * EVENTS);
            assertThat(agent.err().lines().filter(line -> line.contains(" WARN ") && line.contains("Kafka")))
                    .as("besides the certificate nothing is in the way")
                    .allMatch(
                            line -> line.contains("is not valid any more") || line.contains("answers, or not in time"));
        }
    }

    @Test
    void aWrongPasswordAndAMissingAclAreMendedAndEveryEventArrives() throws Exception {
        String topic = "secure-passwords";
        String user = "User:web-2";
        kafka.createTopics(topic);
        kafka.setPassword("web-2", RIGHT);
        kafka.allow(user, topic);
        kafka.allow(user, LEDGERS);
        Path config = kafka.config("web-2.properties", kafka.loggedIn("web-2", WRONG));

        try (var traffic = new LoopbackTraffic();
                var agent = capture("PASSWORDS", topic, config, traffic, "--log-format", "json", "--metrics", "0")) {
            agent.awaitLine("the broker knows no user web-2 with this password");
            traffic.send(EVENTS);
            agent.awaitSpooled(spool, EVENTS);
            kafka.config("web-2.properties", kafka.loggedIn("web-2", RIGHT));
            agent.await("the events in Kafka", () -> broker.size(topic) >= EVENTS);

            kafka.forbid(user, topic);
            traffic.send(EVENTS);
            agent.await("a line on the ACL", () -> agent.err()
                    .contains("--add --allow-principal 'User:web-2' --operation Write --topic " + topic));
            kafka.allow(user, topic);
            agent.await("the next ones in Kafka", () -> broker.size(topic) >= 2 * EVENTS);
            String page = get(metricsAddress(agent));
            assertThat(page).contains("skbstream_acked_total");
            isAccounted(agent, topic, 2 * EVENTS);
            assertThat(agent.out() + agent.err() + page).doesNotContain("S3cret");
        }
    }

    @Test
    void noOtherCommandTellsThePasswordEither() throws Exception {
        Path config = kafka.config("web-3.properties", kafka.loggedIn("web-3", WRONG));
        List<List<String>> commands = List.of(
                List.of("audit"), List.of("doctor"), List.of("spool", "replay", "--spool-dir", spool.toString()));
        for (List<String> command : commands) {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of("--bootstrap-servers", kafka.servers("PASSWORDS"), "--kafka-config", config.toString()));
            try (var process = AgentProcess.start(all.toArray(String[]::new))) {
                process.exitCode();
                assertThat(process.out() + process.err())
                        .contains("the broker knows no user web-3 with this password")
                        .doesNotContain("S3cret");
            }
        }
    }

    private AgentProcess capture(String listener, String topic, Path config, LoopbackTraffic traffic, String... more)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--bootstrap-servers", kafka.servers(listener)));
        all.addAll(List.of("--kafka-config", config.toString(), "--topic", topic, "--ledger-topic", LEDGERS));
        all.addAll(List.of("--netns", Long.toString(traffic.inode()), "--spool-dir", spool.toString()));
        all.addAll(List.of("--shutdown-timeout", "2m"));
        all.addAll(List.of(more));
        return AgentProcess.start(all.toArray(String[]::new)).awaitCapturing();
    }

    /** The agent ends with every event acknowledged, and they are all in the topic. */
    private static void isAccounted(AgentProcess agent, String topic, int events) throws Exception {
        JsonNode ledger = agent.ledger();
        assertThat(ledger.get("captured").asLong()).isEqualTo(events);
        assertThat(ledger.get("acked").asLong()).isEqualTo(events);
        assertThat(ledger.get("unaccounted").asLong()).isZero();
        assertThat(broker.events(topic).stream().map(SecureIT::id).distinct()).hasSize(events);
    }

    private static Map.Entry<Integer, Long> id(NetifReceive event) {
        return Map.entry(event.getCpu(), event.getSeq());
    }

    private static String get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }

    private static String metricsAddress(AgentProcess agent) {
        Matcher address = METRICS.matcher(agent.err());
        assertThat(address.find()).as("an address in:%n%s", agent.err()).isTrue();
        return "http://127.0.0.1:" + address.group(1) + "/metrics";
    }
}
