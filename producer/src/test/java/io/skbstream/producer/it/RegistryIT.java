package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.embeddedregistry.ApicurioRegistry;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Subject;
import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent and a real registry that is there, and what may stand between them. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class RegistryIT {

    private static final int EVENTS = 1_000;

    private static ApicurioRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        registry = ApicurioRegistry.start();
        // Its first answers take longer than an agent waits.
        send("POST", "/subjects/warm-up/versions", Map.of("schema", "\"int\""));
        send("PUT", "/config/warm-up", Map.of("compatibility", "FULL"));
    }

    @AfterAll
    static void close() {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void recordsNameTheirSchemaByAnIdThatTheRegistryHas(Broker broker) throws Exception {
        String topic = "registry-ids";
        String ledgers = "registry-ids-ledger";
        JsonNode ledger;
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(
                        broker, topic, traffic.inode(), "--ledger-topic", ledgers, "--registry", registry.url())) {
            traffic.send(EVENTS);
            agent.await("the events in Kafka", () -> broker.size(topic) == EVENTS);
            ledger = agent.ledger();
            assertThat(agent.err().lines().filter(line -> line.contains("WARN")))
                    .as("no word against the registry")
                    .noneMatch(line -> line.contains("registry") || line.contains("setting"));
        }
        assertThat(ledger.get("acked").asLong()).isEqualTo(EVENTS);
        assertThat(ledger.get("unaccounted").asLong()).isZero();

        assertThat(ids(broker, topic)).hasSize(1).allSatisfy(id -> assertThat(schema(id))
                .as("what an independent client gets")
                .isEqualTo(compiledIn("netif-receive-1")));
        assertThat(ids(broker, ledgers)).hasSize(1).allSatisfy(id -> assertThat(schema(id))
                .isEqualTo(compiledIn("agent-ledger-2")));
        for (var released : Map.of(topic + "-value", 1, ledgers + "-value", 2).entrySet()) {
            assertThat(get("/config/" + released.getKey())
                            .get("compatibilityLevel")
                            .asText())
                    .isEqualTo("BACKWARD");
            assertThat(get("/subjects/" + released.getKey() + "/versions")).hasSize(released.getValue());
        }
        assertThat(broker.read(topic, configured(new AvroDeserializer<>(NetifReceive.class))))
                .hasSize(EVENTS)
                .allSatisfy(record -> assertThat(record.value().getHost()).isEqualTo(AgentProcess.HOST));
        assertThat(broker.read(ledgers, configured(new AvroDeserializer<>(AgentLedger.class))))
                .isNotEmpty();
        audit(broker, topic, ledgers);
    }

    private static void audit(Broker broker, String topic, String ledgers) throws Exception {
        List<String> command = List.of(
                "audit", "--bootstrap-servers", broker.bootstrapServers(), "--topic", topic, "--ledger-topic", ledgers);
        List<String> withRegistry = new ArrayList<>(command);
        withRegistry.addAll(List.of("--registry", registry.url()));
        try (var audit = AgentProcess.start(withRegistry.toArray(String[]::new));
                var without = AgentProcess.start(command.toArray(String[]::new))) {
            assertThat(audit.exitCode()).as(audit.err()).isZero();
            assertThat(audit.out()).contains("COMPLETE");
            without.exitCode();
            assertThat(without.out() + without.err()).contains("schema.registry.url");
        }
    }

    @Test
    void aWrongPasswordIsSaidWithoutShowingItAndEventsWaitUntilTheFileHasTheRightOne(
            Broker broker, @TempDir Path folder) throws Exception {
        Path file = password(folder, "agent:s3cr3t");
        try (var traffic = new LoopbackTraffic();
                var front = RegistryFront.plain(registry.url()).accepts("agent:right");
                var agent = AgentProcess.capture(
                        broker,
                        "registry-password",
                        traffic.inode(),
                        "--registry",
                        front.url("127.0.0.1"),
                        "--kafka-config",
                        file.toString())) {
            traffic.send(EVENTS);
            agent.awaitLine(
                    "HTTP 401", "correct name and password in basic.auth.user.info", "events wait in the spool");
            assertThat(agent.err()).doesNotContain("s3cr3t", "typing error");
            Files.move(password(folder, "agent:right"), file, StandardCopyOption.REPLACE_EXISTING);
            assertReplayed(agent, broker, "registry-password");
            assertThat(get("/config/registry-password-value")
                            .get("compatibilityLevel")
                            .asText())
                    .isEqualTo("BACKWARD");
            assertThat(agent.err()).doesNotContain("s3cr3t", "agent:right");
        }
    }

    private static Path password(Path folder, String userInfo) throws Exception {
        Path file = Files.createTempFile(folder, "kafka", ".properties"); // of mode 0600
        return Files.writeString(
                file, "basic.auth.credentials.source=USER_INFO\nbasic.auth.user.info=" + userInfo + "\n");
    }

    @Test
    void aSubjectWithAForeignSchemaIsSaidAndEventsWaitUntilItIsMended(Broker broker) throws Exception {
        String topic = "registry-foreign";
        String foreign = "{\"type\":\"record\",\"name\":\"Foreign\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
        send("PUT", "/config/" + topic + "-value", Map.of("compatibility", "FULL"));
        send("POST", "/subjects/" + topic + "-value/versions", Map.of("schema", foreign));
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode(), "--registry", registry.url())) {
            traffic.send(EVENTS);
            agent.awaitLine("HTTP 409", "a schema that is not compatible", "events wait in the spool");
            assertThat(get("/config/" + topic + "-value")
                            .get("compatibilityLevel")
                            .asText())
                    .isEqualTo("FULL");
            send("PUT", "/config/" + topic + "-value", Map.of("compatibility", "NONE"));
            assertReplayed(agent, broker, topic);
        }
    }

    @Test
    void whoMayOnlyReadGetsTheIdsOfSchemasThatAreThere() throws Exception {
        Subject subject = Subject.ofValues("registry-read-only", NetifReceive.class);
        try (var front = RegistryFront.plain(registry.url()).readOnly()) {
            SchemaRegistry reader = client(front.url("127.0.0.1"));
            assertThatThrownBy(() -> subject.register(reader)).hasMessageContaining("HTTP 403");
            Map<Long, Integer> ids = subject.register(client(registry.url()));
            assertThat(subject.register(reader)).isEqualTo(ids);
        }
    }

    private static SchemaRegistry client(String url) {
        return new SchemaRegistry(
                RegistrySettings.of(Map.of(RegistrySettings.URL_CONFIG, url)).orElseThrow());
    }

    @Test
    void aPrivateAuthorityIsTrustedWhenItIsNamedAndNoOther(Broker broker, @TempDir Path folder) throws Exception {
        try (var traffic = new LoopbackTraffic();
                var front = RegistryFront.tls(registry.url(), folder)) {
            String trusted = "-Kschema.registry.ssl.truststore.location=" + RegistryFront.authority(folder);
            String pem = "-Kschema.registry.ssl.truststore.type=PEM";
            try (var agent = AgentProcess.capture(
                    broker, "registry-tls", traffic.inode(), "--registry", front.url("127.0.0.1"), trusted, pem)) {
                traffic.send(EVENTS);
                agent.await("the events in Kafka", () -> broker.size("registry-tls") == EVENTS);
                assertThat(agent.ledger().get("acked").asLong()).isEqualTo(EVENTS);
            }
            try (var stranger = AgentProcess.capture(
                            broker, "registry-tls", traffic.inode(), "--registry", front.url("127.0.0.1"));
                    var misled = AgentProcess.capture(
                            broker,
                            "registry-tls",
                            traffic.inode(),
                            "--registry",
                            front.url("localhost"),
                            trusted,
                            pem)) {
                traffic.send(EVENTS);
                stranger.awaitLine("TLS fails", "no authority that is trusted here", "schema.registry.ssl.truststore");
                misled.awaitLine("TLS fails", "localhost");
                assertThat(stranger.ledger().get("spooled").asLong()).isEqualTo(EVENTS);
                assertThat(misled.ledger().get("spooled").asLong()).isEqualTo(EVENTS);
            }
        }
    }

    @Test
    void theDoctorAsksTheRegistryThatTheEnvironmentNames(Broker broker) throws Exception {
        for (String url : List.of(registry.url(), "http://127.0.0.1:9/x")) {
            try (var doctor = AgentProcess.start(List.of(
                    "env",
                    "SCHEMA_REGISTRY_URL=" + url,
                    AgentProcess.java(),
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    AgentProcess.JAR.toString(),
                    "doctor",
                    "--bootstrap-servers",
                    broker.bootstrapServers()))) {
                assertThat(doctor.exitCode()).isZero();
                assertThat(doctor.out())
                        .contains(
                                url.equals(registry.url())
                                        ? url + " answers"
                                        : url + ": cannot tell its compatibility");
            }
        }
    }

    @Test
    void anAddressThatIsNoneIsAMistakeOfTheCommandLine() throws Exception {
        try (var agent = AgentProcess.start("run", "--registry", "localhost:8081")) {
            assertThat(agent.exitCode()).isEqualTo(2);
            assertThat(agent.err()).contains("localhost:8081", "write http://HOST:PORT/PATH");
        }
    }

    private static void assertReplayed(AgentProcess agent, Broker broker, String topic) throws Exception {
        agent.await("the events in Kafka", () -> broker.size(topic) == EVENTS);
        JsonNode ledger = agent.ledger();
        assertThat(ledger.get("acked").asLong()).isEqualTo(EVENTS);
        assertThat(ledger.get("replayed").asLong()).isEqualTo(EVENTS);
        assertThat(ledger.get("unaccounted").asLong()).isZero();
        assertThat(ids(broker, topic)).hasSize(1);
    }

    /** Of every record in a topic; all must have one. */
    private static List<Integer> ids(Broker broker, String topic) {
        return broker.read(topic, new ByteArrayDeserializer()).stream()
                .map(record -> ByteBuffer.wrap(record.value()))
                .map(bytes -> bytes.get() == 0 ? bytes.getInt() : -1)
                .distinct()
                .collect(Collectors.toList());
    }

    private static <T extends SpecificRecord> AvroDeserializer<T> configured(AvroDeserializer<T> deserializer) {
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        return deserializer;
    }

    private static Schema compiledIn(String name) throws Exception {
        try (InputStream in = AvroDeserializer.class.getResourceAsStream("history/" + name + ".avsc")) {
            return new Schema.Parser().parse(in);
        }
    }

    private static Schema schema(int id) throws Exception {
        return new Schema.Parser().parse(get("/schemas/ids/" + id).get("schema").asText());
    }

    private static JsonNode get(String path) throws Exception {
        return send("GET", path, Map.of());
    }

    private static JsonNode send(String method, String path, Map<String, String> body) throws Exception {
        ObjectMapper json = new ObjectMapper();
        var request = HttpRequest.newBuilder(URI.create(registry.url() + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }
}
