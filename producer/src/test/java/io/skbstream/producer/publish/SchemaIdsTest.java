package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.SingleObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids as a stub of a registry gives them, or does not. */
class SchemaIdsTest {

    private static final byte[] RECORD =
            Arrays.copyOf(SingleObject.header(NetifReceive.getClassSchema()), SingleObject.HEADER_BYTES + 3);

    @TempDir
    private Path folder;

    private HttpServer server;
    private volatile int status = 200;
    private volatile int id = 7;
    private volatile String password = "";
    private volatile String refusedSubject = "none";
    private volatile int refusal = 409;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = "{\"id\":%d,\"compatibilityLevel\":\"BACKWARD\"}"
                    .formatted(id)
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.getRequestBody().readAllBytes();
            boolean isLetIn = password.isEmpty()
                    || ("Basic " + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.US_ASCII)))
                            .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean isRefused = exchange.getRequestURI().getPath().contains("/" + refusedSubject);
            exchange.sendResponseHeaders(isRefused ? refusal : isLetIn ? status : 401, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void withoutARegistryRecordsStayAsTheyAre() {
        SchemaIds ids = made(Map.of());
        ids.ask();
        assertThat(ids.areKnown()).isTrue();
        assertThat(ids.headed(RECORD)).isSameAs(RECORD);
        SomeEvents events = new SomeEvents(2);
        assertThat(ids.headed(events)).isSameAs(events);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anIdIsKeptThroughRefusalsAndRestarts() {
        SchemaIds ids = made();
        assertThat(ids.areKnown()).isFalse();
        assertThat(ids.state()).isEqualTo(SchemaIds.State.MISSING);
        status = 401;
        ids.ask();
        assertThat(ids.areKnown()).isFalse();
        assertThat(ids.failure()).contains("HTTP 401");
        status = 200;
        ids.ask();
        assertThat(ids.state()).isEqualTo(SchemaIds.State.OK);
        assertThat(ids.failure()).isEmpty();
        assertThat(ids.headed(RECORD)).containsExactly(0, 0, 0, 0, 7, 0, 0, 0);
        status = 503;
        ids.ask();
        assertThat(ids.state()).isEqualTo(SchemaIds.State.CACHED);
        assertThat(ids.headed(RECORD)).startsWith(0, 0, 0, 0, 7);

        SchemaIds next = made();
        assertThat(next.state()).isEqualTo(SchemaIds.State.CACHED);
        assertThat(next.headed(RECORD)).startsWith(0, 0, 0, 0, 7);
    }

    @Test
    void aRefusedSubjectOfLedgersHoldsNoEvents() {
        refusedSubject = "l-value";
        SchemaIds ids = made();
        ids.ask();

        assertThat(ids.state()).isEqualTo(SchemaIds.State.LEDGERS_MISSING);
        assertThat(ids.failure()).contains("l-value");
        assertThat(ids.areKnown()).isTrue();
        assertThat(ids.areKnownForLedgers()).isFalse();
        assertThat(ids.areLedgersRefused()).isTrue();
        assertThat(ids.headed(RECORD)).startsWith(0, 0, 0, 0, 7);
        assertThat(made().areKnown()).as("from the disk").isTrue();
        assertThat(made().areKnownForLedgers()).isFalse();

        refusedSubject = "none";
        ids.ask();
        assertThat(ids.state()).isEqualTo(SchemaIds.State.OK);
        assertThat(ids.areKnownForLedgers()).isTrue();
    }

    @Test
    void aFailureOfTheRegistryWithTheLedgersHoldsNoEventsAndIsNoRefusal() {
        refusedSubject = "l-value";
        refusal = 503;
        SchemaIds ids = made();
        ids.ask();

        assertThat(ids.state()).isEqualTo(SchemaIds.State.LEDGERS_MISSING);
        assertThat(ids.areKnown()).isTrue();
        assertThat(ids.areLedgersRefused()).isFalse();
    }

    @Test
    void aRefusedSubjectOfEventsHoldsNoLedgers() {
        refusedSubject = "t-value";
        SchemaIds ids = made();
        ids.ask();

        assertThat(ids.state()).isEqualTo(SchemaIds.State.MISSING);
        assertThat(ids.areKnown()).isFalse();
        assertThat(ids.areKnownForLedgers()).isTrue();
    }

    @Test
    void aRegistryThatWasMadeAnewIsBelieved() throws IOException {
        made().ask();
        id = 8;
        SchemaIds next = made();
        assertThat(next.headed(RECORD)).startsWith(0, 0, 0, 0, 7);
        next.ask();
        assertThat(next.headed(RECORD)).startsWith(0, 0, 0, 0, 8);
        assertThat(Files.readString(folder.resolve("schema-ids.json"))).contains(":8}");
    }

    @Test
    void theAddressesOnDiskAreThoseThatItHasNow() {
        made().ask();
        String other = "http://127.0.0.1:1";
        made(Map.of("schema.registry.url", url() + ',' + other)).ask();

        SchemaIds next = made(Map.of("schema.registry.url", other));
        assertThat(next.state()).isEqualTo(SchemaIds.State.CACHED);
        assertThat(next.headed(RECORD)).startsWith(0, 0, 0, 0, 7);
    }

    @Test
    void theFilesAreReadAgainAfterEachFailureAndOneThatCannotBeReadIsNotTheEnd() throws IOException {
        Path file = folder.resolve("kafka.properties");
        password = "me:new";
        secret(file, "me:old");
        SchemaIds ids = made(new ClientKeys(Optional.of(file), Map.of("schema.registry.url", url())));
        ids.ask();
        assertThat(ids.failure()).contains("HTTP 401");

        Files.delete(file);
        ids.ask();
        assertThat(ids.failure()).contains("--kafka-config", "cannot be read");
        secret(file, "me:new");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        ids.ask();
        assertThat(ids.failure()).contains("has mode 0644");
        assertThat(ids.state()).isEqualTo(SchemaIds.State.MISSING);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        ids.ask();
        assertThat(ids.failure()).isEmpty();
        assertThat(ids.state()).isEqualTo(SchemaIds.State.OK);
    }

    private static void secret(Path file, String userInfo) throws IOException {
        Files.writeString(file, "basic.auth.user.info=" + userInfo + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private SchemaIds made() {
        return made(Map.of("schema.registry.url", url()));
    }

    private SchemaIds made(Map<String, String> settings) {
        return made(new ClientKeys(Optional.empty(), settings));
    }

    private SchemaIds made(ClientKeys keys) {
        KafkaSettings kafka = new KafkaSettings("127.0.0.1:9", keys);
        return SchemaIds.of(new TopicSetup(kafka, "t", Optional.empty(), Optional.empty(), Map.of()), "l", folder);
    }
}
