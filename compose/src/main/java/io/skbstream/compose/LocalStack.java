package io.skbstream.compose;

import static io.skbstream.schemas.Topics.LOOPBACK_BY_HOST;
import static io.skbstream.schemas.Topics.NETIF_RECEIVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.compose.observability.ObservabilityCheck;
import io.skbstream.compose.observability.Prometheus;
import io.skbstream.demo.page.LivePage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The life of the stack that compose.yaml describes: each test goes on where the one before has left it. */
@Tag("stack")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class LocalStack {

    private static final long OUTAGE_SECONDS = 60;

    private final Stack stack = new Stack(List.of("observability"), "compose.yaml");
    private final Topics topics = new Topics(Map.of("bootstrap.servers", "localhost:9092"));
    private final Prometheus prometheus = new Prometheus(URI.create("http://localhost:9090"));

    @BeforeAll
    void up() {
        stack.up();
    }

    @AfterAll
    void down() {
        stack.down();
    }

    @Test
    @Order(1)
    void everyContainerHasTheRightsThatItNeedsAndNoOther() {
        assertThat(stack.containers()).allSatisfy(container -> {
            JsonNode rights = container.get("HostConfig");
            String service = Stack.service(container);
            assertThat(rights.get("Privileged").asBoolean()).as(service).isFalse();
            assertThat(texts(rights.get("CapDrop"))).as(service).containsExactly("ALL");
            assertThat(texts(rights.get("CapAdd")))
                    .as(service)
                    .containsExactlyElementsOf(service.startsWith("host-") ? List.of("BPF", "PERFMON") : List.of());
            assertThat(texts(rights.get("SecurityOpt"))).as(service).containsExactly("no-new-privileges:true");
            if (!service.equals("kafka")) { // its image writes its configuration at start
                assertThat(rights.get("ReadonlyRootfs").asBoolean()).as(service).isTrue();
            }
            assertThat(container.at("/Config/User").asText())
                    .as(service)
                    .matches(user -> user.isEmpty() == service.startsWith("host-")); // capabilities come to root alone
            rights.get("PortBindings")
                    .forEach(bindings -> assertThat(bindings).as(service).allSatisfy(binding -> assertThat(
                                    binding.get("HostIp").asText())
                            .isEqualTo("127.0.0.1")));
            assertThat(container.get("RestartCount").asInt()).as(service).isZero();
        });
    }

    @Test
    @Order(2)
    void everyQueryOfTheDashboardAndEveryAlertReturnsData() throws Exception {
        Await.until(
                "Prometheus scrapes all three",
                () -> prometheus.valuesOfLabel("skbstream_hits_total", "host"),
                hosts -> hosts.equals(List.of("host-a", "host-b", "host-c")));
        Await.until(
                "every query returns data",
                () -> ObservabilityCheck.findings(prometheus, Stack.FOLDER.resolve("observability")),
                List::isEmpty);
    }

    @Test
    @Order(3)
    @DisabledIf(value = "isWithoutGrafana", disabledReason = "its image cannot be pulled here, and has no stand-in")
    void grafanaHasTheDashboard() throws Exception {
        Await.until(
                "Grafana has loaded the dashboard",
                () -> Stack.get("http://localhost:3000/api/dashboards/uid/skbstream"),
                dashboard -> dashboard.at("/dashboard/panels").size() > 0);
    }

    @Test
    @Order(4)
    void aBrokerThatIsAwayForAMinuteFillsTheSpoolsAndLosesNothing() throws Exception {
        stack.compose("stop", "kafka");
        Thread.sleep(TimeUnit.SECONDS.toMillis(OUTAGE_SECONDS)); // the fault itself
        stack.awaitThatEventsWait();
        stack.compose("start", "kafka");
        stack.awaitThatNoneWaits();
    }

    @Test
    @Order(5)
    void thePageShowsEachHostWithItsOwnTraffic(@TempDir Path profile) throws Exception {
        LivePage.assumeThereIsABrowser();
        try (LivePage page = LivePage.open(profile)) {
            page.show("http://localhost:8080/");
            for (Host host : Host.values()) {
                page.await(host + " is live and complete", () -> page.completeness(host.service())
                        .equals("complete"));
            }
            page.awaitThatThePlotsMove();
            page.takePictures(Stack.RESULTS.resolve("page"), Host.B.service());

            assertThat(page.hosts()).containsExactlyInAnyOrder("host-a", "host-b", "host-c");
            page.await("all three are live", () -> page.count("live") == 3);
            assertThat(page.errors())
                    .as("%s", stack.compose("logs", "--no-log-prefix", "--tail", "40", "consumer"))
                    .isEmpty();
        }
    }

    @Test
    @Order(6)
    void eachHostHasExactlyItsOwnPackets() throws Exception {
        for (Host host : Host.values()) {
            stack.compose("stop", host.traffic());
        }
        for (Host host : Host.values()) {
            long sent = host.sent(stack);
            assertThat(sent).as(host.traffic()).isPositive();
            Await.until(
                    "all datagrams of " + host + " are in the topic",
                    () -> host.received(events()),
                    count -> count == sent);
        }
        assertThat(events()).allSatisfy(event -> assertThat(event.key()).isIn("host-a", "host-b", "host-c"));
        Await.until("the job's sums are those of the topic", this::sums, sums -> sums.equals(loopbackInTopic()));
    }

    @Test
    @Order(7)
    void aClientThatKnowsNothingOfSkbstreamReadsEveryFieldThroughTheRegistry() {
        Client.assumeThatItCanRun();
        Map<String, NetifReceive> expected =
                events().stream().collect(Collectors.toMap(LocalStack::place, ConsumerRecord::value));
        Map<String, JsonNode> read = Client.readEvents().stream()
                .collect(Collectors.toMap(
                        line -> line.get("partition").asText() + ":"
                                + line.get("offset").asText(),
                        line -> line));

        assertThat(read.keySet()).containsAll(expected.keySet());
        expected.forEach((place, event) -> {
            JsonNode line = read.get(place);
            assertThat(line.get("key").asText()).isEqualTo(event.getHost());
            assertThat(line.get("schemaId").asInt()).isPositive();
            assertThat(fields(line.get("record"))).as(place).isEqualTo(fields(event));
        });
    }

    @Test
    @Order(8)
    void everyServiceEndsInOrderAndAuditSaysCompleteForAllThree() {
        stack.compose("stop", "host-a", "host-b", "host-c", "consumer");

        assertThat(stack.containers())
                .filteredOn(container -> Stack.service(container).matches("(host|traffic)-.|consumer"))
                .hasSize(7)
                .allSatisfy(
                        container -> assertThat(container.at("/State/ExitCode").asInt())
                                .as(Stack.service(container))
                                .isZero());
        stack.isComplete("host-a", "host-b", "host-c");
    }

    @Test
    @Order(9)
    void nothingIsLeft() {
        stack.down();

        assertThat(stack.leftovers()).isEmpty();
    }

    private List<ConsumerRecord<String, NetifReceive>> events() {
        return topics.read(NETIF_RECEIVE, NetifReceive.class);
    }

    private Map<String, Long> loopbackInTopic() {
        return events().stream()
                .map(ConsumerRecord::value)
                .filter(event -> event.getDevice().equals("lo"))
                .map(event -> List.of(event.getHost(), event.getSession(), event.getCpu(), event.getSeq()))
                .distinct()
                .collect(Collectors.groupingBy(id -> (String) id.get(0), Collectors.counting()));
    }

    /** Of each host, over the last row of each window. */
    private Map<String, Long> sums() {
        Map<List<Object>, Long> lastRows = new HashMap<>();
        topics.read(LOOPBACK_BY_HOST, LoopbackByHost.class)
                .forEach(row -> lastRows.put(
                        List.of(row.value().getHost(), row.value().getWindowStart()),
                        row.value().getPackets()));
        return lastRows.entrySet().stream()
                .collect(Collectors.groupingBy(
                        row -> (String) row.getKey().get(0), Collectors.summingLong(Map.Entry::getValue)));
    }

    private static String place(ConsumerRecord<?, ?> record) {
        return record.partition() + ":" + record.offset();
    }

    private static boolean isWithoutGrafana() {
        return Stack.lacks("grafana/grafana");
    }

    /** By the record's own schema, so that a field more is checked by itself. */
    private static Map<String, String> fields(NetifReceive event) {
        return NetifReceive.getClassSchema().getFields().stream()
                .collect(Collectors.toMap(Schema.Field::name, field -> {
                    Object value = event.get(field.pos());
                    return value instanceof Instant time
                            ? Long.toString(TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano())
                            : value.toString();
                }));
    }

    private static Map<String, String> fields(JsonNode record) {
        return record.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, field -> field.getValue()
                .asText()));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText().replaceFirst("^CAP_", "")));
        return texts;
    }
}
