package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.publish.Acknowledgements;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.spool.SpoolState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    private static final SpoolState FULL = new SpoolState(90, 100, 9, 1, OptionalLong.of(0), Optional.empty());
    private static final SpoolState FAILING =
            new SpoolState(0, 100, 0, 0, OptionalLong.empty(), Optional.of("No space left on device"));

    /** Clients that fall silent would be waited for without end. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Endpoint endpoint = Endpoint.listen(new InetSocketAddress("127.0.0.1", 0));
    private AgentStatus status = new SomeStatus().build();
    private Optional<Throwable> failure = Optional.empty();
    private final MockProducer<byte[], byte[]> client = new MockProducer<>();
    private final AgentMeters meters = new AgentMeters(() -> status, () -> client);

    @AfterEach
    void close() {
        endpoint.close();
        meters.close();
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws Exception {
        show();

        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(new Exposition(answer.body()).value("skbstream_hits_total")).isEqualTo(1000);
    }

    @Test
    void everyAddressIsNamedAsAPersonDoes() {
        try (Endpoint everywhere = Endpoint.listen(new InetSocketAddress("0.0.0.0", 0))) {
            assertThat(everywhere.hostAndPort()).isEqualTo("0.0.0.0:" + everywhere.port());
        }
    }

    @Test
    void anAgentThatIsStartingIsWellAndNotReady() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("{\"ready\":false,\"reasons\":[\"the agent is starting\"]}\n");
    }

    @Test
    void anAgentThatRunsIsWellAndReady() throws Exception {
        show();

        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body())
                .isEqualTo(
                        "{\"ready\":true,\"hook\":\"kprobe\",\"kafka\":\"CLOSED\",\"acknowledgements\":\"FLOWING\",\"spool\":\"OK\"}\n");
    }

    @Test
    void anAgentThatBrokeIsNeither() throws Exception {
        failure = Optional.of(new IllegalStateException("a defect"));
        show();

        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").body())
                .isEqualTo("the agent is broken: java.lang.IllegalStateException: a defect\n");
        assertThat(get("/readyz").body()).contains("\"ready\":false", "a defect");
    }

    @Test
    void aKafkaThatHangsIsShownAndMakesItUnreadyOnceTheSpoolIsFull() throws Exception {
        show();
        status = new SomeStatus()
                .acknowledgements(Acknowledgements.State.STALLED)
                .build();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).contains("\"kafka\":\"CLOSED\",\"acknowledgements\":\"STALLED\"");

        status = new SomeStatus()
                .acknowledgements(Acknowledgements.State.STALLED)
                .with(FULL)
                .build();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body())
                .contains("Kafka acknowledges nothing, or too slowly, and the spool is full\"");
    }

    @Test
    void withoutKafkaItIsReadyWhileTheSpoolHasRoom() throws Exception {
        show();
        status = new SomeStatus().breaker("OPEN").build();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).contains("\"kafka\":\"OPEN\"");

        status = new SomeStatus().breaker("OPEN").with(FULL).build();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("Kafka does not take events, and the spool is full\"");
        assertThat(get("/healthz").statusCode())
                .as("a restart would mend nothing")
                .isEqualTo(200);

        status = new SomeStatus().breaker("HALF_OPEN").with(FAILING).build();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("the spool is failing: No space left on device");
    }

    @Test
    void withoutAnIdOfTheRegistryItIsReadyWhileTheSpoolHasRoom() throws Exception {
        show();
        assertThat(get("/readyz").body()).doesNotContain("registry");
        status = new SomeStatus().registry(SchemaIds.State.MISSING).build();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).contains("\"registry\":\"MISSING\"");

        status = new SomeStatus().registry(SchemaIds.State.MISSING).with(FULL).build();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("the schema registry gives no id, and the spool is full\"");

        status = new SomeStatus().registry(SchemaIds.State.CACHED).with(FULL).build();
        assertThat(get("/readyz").statusCode()).as("the id is enough").isEqualTo(200);
    }

    @Test
    void withKafkaItIsReadyWhateverTheSpool() throws Exception {
        show();
        status = new SomeStatus().with(FAILING).build();

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).contains("\"spool\":\"FAILING\"");
    }

    @Test
    void anAgentThatEndsIsNotReadyAnyMore() throws Exception {
        status = new SomeStatus().ending().build();
        show();

        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metric", "/metrics/", "/metrics/x", "/healthz/.."})
    void thereIsNothingElse(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void allOfItIsForReadingOnly() throws Exception {
        show();
        HttpResponse<String> answer = send(request("/metrics").POST(BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/healthz", "/readyz", "/none"})
    void headIsAnsweredAsGetWithoutTheBodyAndNothingIsSaidOfIt(String path) throws Exception {
        show();
        var said = new ByteArrayOutputStream();
        var jdk = new StreamHandler(said, new SimpleFormatter());
        Logger.getLogger("").addHandler(jdk);
        try {
            HttpResponse<String> whole = get(path);
            HttpResponse<String> head = send(request(path).method("HEAD", BodyPublishers.noBody()));

            assertThat(head.statusCode()).isEqualTo(whole.statusCode());
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0))
                    .isPositive();
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(whole.headers().firstValue("Content-Type"));
        } finally {
            jdk.flush();
            Logger.getLogger("").removeHandler(jdk);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aDefectInAPageIsToldAndTheNextPageIsServed() throws Exception {
        show();
        status = null;
        assertThat(get("/metrics").statusCode()).isEqualTo(500);
        status = new SomeStatus().build();

        assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void clientsThatBeginARequestAndFallSilentLockNobodyOutForLong() throws Exception {
        show();
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket(address().getAddress(), address().getPort());
                socket.getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
                silent.add(socket);
            }
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aPortInUseIsToldWithWhatToDo() {
        assertThatThrownBy(() -> Endpoint.listen(address()))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("--metrics " + endpoint.hostAndPort() + ": nobody can listen there: ")
                .hasMessageEndingWith("; choose another port, or end what listens there (ss -ltnp names it)");
    }

    @Test
    void anAddressOfAnotherHostIsToldWithWhatToDo() {
        assertThatThrownBy(() -> Endpoint.listen(new InetSocketAddress("192.0.2.1", 0)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("that address is none of this host's");
    }

    @Test
    void onceClosedNobodyListens() {
        endpoint.close();

        assertThatThrownBy(() -> get("/healthz")).isInstanceOf(IOException.class);
    }

    private void show() {
        endpoint.show(new Pages(meters, new Health(() -> failure, () -> status)));
    }

    private InetSocketAddress address() {
        String[] parts = endpoint.hostAndPort().split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + endpoint.hostAndPort() + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
