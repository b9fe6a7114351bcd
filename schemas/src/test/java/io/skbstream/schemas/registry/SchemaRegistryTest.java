package io.skbstream.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults and refusals, as a stub makes them. */
@Timeout(300)
class SchemaRegistryTest {
    private static final Schema SCHEMA = Schema.createRecord("R", "a \"doc\"", "a.b", false, List.of());

    private final StubRegistry stub = new StubRegistry();

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void aSchemaThatWasRegisteredIsReadBackByItsId() {
        SchemaRegistry registry = registry(stub.url());
        int id = registry.register("a topic-value", SCHEMA);
        assertThat(registry.schema(id)).isEqualTo(SCHEMA);
        assertThat(stub.requests).contains("POST /subjects/a topic-value/versions");
        assertThat(stub.authorizations).containsOnly("null");
    }

    @Test
    void aNegativeIdIsRefused() {
        stub.fault = new StubRegistry.Answer(200, "{\"id\":-7}");
        assertThatThrownBy(() -> registry(stub.url()).register("s", SCHEMA))
                .isInstanceOf(RegistryRefusalException.class)
                .hasMessage(
                        "schema registry %s: cannot look for a.b.R in s: its answer has the id -7, which is negative;"
                                        .formatted(stub.url())
                                + " see to the registry");
    }

    @Test
    void whatASubjectHasIsNotAddedAgainSoTheRightToReadWillDo() {
        int id = registry(stub.url()).register("s", SCHEMA);
        stub.faultOfAdding = new StubRegistry.Answer(403, "{}");
        assertThat(registry(stub.url()).register("s", SCHEMA)).isEqualTo(id);
        assertThat(stub.count("POST /subjects/s/versions")).isEqualTo(1);
        assertThatThrownBy(() -> registry(stub.url()).register("other", SCHEMA))
                .isInstanceOf(RegistryRefusalException.class)
                .hasMessageContaining("cannot register a.b.R as other: HTTP 403");
    }

    @Test
    void whoCutsOffAHandshakeIsAwayAndTheNextAddressIsAsked() throws IOException {
        int id = stub.add("\"string\"");
        try (var cutting = server("")) {
            assertThatThrownBy(() -> registry(tls(cutting)).schema(id))
                    .isInstanceOf(RegistryAwayException.class)
                    .hasMessageContaining("does not answer (Remote host terminated the handshake)");
            assertThat(registry(tls(cutting) + "," + stub.url()).schema(id)).isNotNull();
        }
    }

    @Test
    void whereTlsFailsTheNextAddressIsAsked() throws IOException {
        int id = stub.add("\"string\"");
        try (var plain = server("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThatThrownBy(() -> registry(tls(plain)).schema(id))
                    .isInstanceOf(RegistryRefusalException.class)
                    .hasMessageContaining("TLS fails");
            assertThat(registry(tls(plain) + "," + stub.url()).schema(id)).isNotNull();
            try (var dead = portWhereNobodyListens()) {
                assertThatThrownBy(() -> registry(tls(plain) + ",http://127.0.0.1:" + dead.getLocalPort())
                                .schema(id))
                        .as("one may answer later")
                        .isInstanceOf(RegistryAwayException.class);
            }
        }
    }

    private static String tls(ServerSocket server) {
        return "https://127.0.0.1:" + server.getLocalPort();
    }

    /** Says this to whoever says anything, and closes. */
    private static ServerSocket server(String answer) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        new Thread(() -> {
                    while (!server.isClosed()) {
                        try (var connection = server.accept()) {
                            connection.getInputStream().read(new byte[1_000]);
                            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        } catch (IOException gone) {
                            // The client, or the test is over.
                        }
                    }
                })
                .start();
        return server;
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "503", "408", "429"})
    void whatAnotherTryMayChangeIsAway(int status) {
        stub.fault = new StubRegistry.Answer(status, "{\"message\":\"leader is\\n elsewhere\"}");
        assertThatThrownBy(() -> registry(stub.url()).schema(7))
                .isInstanceOf(RegistryAwayException.class)
                .hasMessage("schema registry %s: cannot give schema 7: it cannot now (HTTP %d: leader is elsewhere)"
                        .formatted(stub.url(), status));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            401 | correct name and password in basic.auth.user.info
            403 | let someone who may allow it
            404 | not as a schema registry; correct schema.registry.url, path included
            409 | the subject has a schema that is not compatible
            422 | must take Avro schemas
            301 | HTTP 301
            """)
    void whatOnlySomebodyCanChangeIsRefused(int status, String remedy) {
        stub.fault = new StubRegistry.Answer(status, "<html>");
        assertThatThrownBy(() -> registry(stub.url()).schema(7))
                .isInstanceOf(RegistryRefusalException.class)
                .hasMessageStartingWith(
                        "schema registry %s: cannot give schema 7: HTTP %d".formatted(stub.url(), status))
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest
    @CsvSource({"<html>hello</html>", "{}", "{\"id\":\"x\"}", "{\"schema\":{}}"})
    void aServerThatIsNoRegistryIsRefused(String body) {
        stub.fault = new StubRegistry.Answer(200, body);
        assertThatThrownBy(() -> registry(stub.url()).schema(7)).isInstanceOf(RegistryRefusalException.class);
        assertThatThrownBy(() -> registry(stub.url()).register("s", SCHEMA))
                .isInstanceOf(RegistryRefusalException.class);
    }

    @Test
    void whileOneAddressIsAwayTheNextOneIsAskedAndThenFirst() throws IOException {
        int id = stub.add("\"string\"");
        try (var port = portWhereNobodyListens()) {
            String dead = "http://127.0.0.1:" + port.getLocalPort();
            SchemaRegistry registry = registry(dead + "," + stub.url());
            assertThat(registry.schema(id).getType()).isEqualTo(Schema.Type.STRING);
            stub.close();
            assertThatThrownBy(() -> registry.schema(id))
                    .isInstanceOf(RegistryAwayException.class)
                    .hasMessageContaining(dead + ": cannot give schema 1: it does not answer");
        }
    }

    @Test
    void aSilentServerIsGivenUp() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> registry("http://127.0.0.1:" + silent.getLocalPort())
                            .schema(7))
                    .isInstanceOf(RegistryAwayException.class)
                    .hasMessageContaining("does not answer (Read timed out)");
        }
    }

    @Test
    void aPasswordIsSentAndIsInNoMessage() {
        var settings = Map.of("schema.registry.url", stub.url(), "basic.auth.user.info", "me:s3cr3t");
        stub.fault = new StubRegistry.Answer(401, "{\"message\":\"who?\"}");
        assertThatThrownBy(
                        () -> new SchemaRegistry(RegistrySettings.of(settings).orElseThrow()).schema(7))
                .isInstanceOf(RegistryRefusalException.class)
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("s3cr3t"));
        assertThat(stub.authorizations).containsExactly("Basic bWU6czNjcjN0");
    }

    private static SchemaRegistry registry(String urls) {
        return new SchemaRegistry(
                RegistrySettings.of(Map.of("schema.registry.url", urls)).orElseThrow());
    }

    /** A socket that holds its port but does not listen: who connects is refused, and no other process gets the port. */
    private static Socket portWhereNobodyListens() throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return socket;
    }
}
