package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.it.Broker;
import io.skbstream.producer.it.DeviceTotals;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.InstalledLibBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each hook sees on each path, against the kernel's own counters. Adds its rows to {@code coverage.tsv}. */
@Tag("stock")
@TestInstance(Lifecycle.PER_CLASS)
@Order(3) // its broker's traffic over lo would disturb those before
@ExtendWith(Broker.Resolver.class)
class Coverage {

    /** Of which one at least is skipped while maps are read: there were kernels that skipped 1 of 125, and none of 1,500. */
    private static final long MOST_PACKETS = 10_000;

    /** How long an event may be on its way into Kafka, in an emulator. */
    private static final long LATEST_NS = Duration.ofSeconds(30).toNanos();

    private static final Path TABLE = Guest.RESULTS.resolve("coverage.tsv");

    private final Lab lab = new Lab();

    /** For the table's reader. */
    @BeforeAll
    void saysWhatIsInThisGuest() throws IOException {
        String libbpf = Path.of(InstalledLibBpf.find().file()).getFileName().toString();
        Files.writeString(
                Guest.RESULTS.resolve("guest.md"),
                "- Linux %s on %s: %s, JDK %s%n"
                        .formatted(
                                Kernel.running().release(), System.getProperty("os.arch"), libbpf, Runtime.version()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "fentry", "tracepoint"}) // auto is the kprobe
    void everyPacketOfAPathThatGoesThroughTheHookIsInKafka(String asked, Broker broker) throws Exception {
        if (asked.equals("fentry") && !Guest.hasTrampolines()) {
            isRefused();
            return;
        }
        String topic = "coverage-" + asked;
        try (AgentProcess agent = Guest.capture(broker, topic, lab, asked)) {
            List<Sent> sent = new ArrayList<>();
            for (TrafficPath path : TrafficPath.values()) {
                sent.add(Sent.along(path, lab));
            }
            if (!asked.equals("auto")) { // which skips some, see below
                sent.add(whileMapsAreRead());
            }
            JsonNode ledger = agent.ledger();
            List<NetifReceive> events = eventsOf(topic, broker, ledger);
            Hook used = Hook.valueOf(ledger.get("hook").asText());
            List<Row> rows = sent.stream().map(one -> one.row(used, events)).toList();
            for (Row row : rows.subList(0, TrafficPath.values().length)) {
                row.append(asked);
            }

            assertThat(used)
                    .isEqualTo(asked.equals("auto") ? Hook.KPROBE : Hook.valueOf(asked.toUpperCase(Locale.ROOT)));
            assertThat(events).allSatisfy(event -> assertThat(event.getHook()).isEqualTo(used));
            balances(ledger, events);
            SoftAssertions all = new SoftAssertions();
            rows.forEach(row -> row.check(all));
            all.assertThat(events).as("no event of no path").hasSize((int)
                    rows.stream().mapToLong(Row::captured).sum());
            all.assertAll();
        }
    }

    /** The agent itself reads no map that way; others on the host do. The other hooks skip none, as is tested above. */
    @Test
    void aKprobeSkipsPacketsThatInterruptWhoReadsAMap(Broker broker) throws Exception {
        try (AgentProcess agent = Guest.capture(broker, "skipped", lab, "kprobe")) {
            long packets = 0;
            do { // until one is skipped
                packets += whileMapsAreRead().ip().packets();
            } while (packets < MOST_PACKETS && arrive(packets, broker, "skipped"));
            JsonNode ledger = agent.ledger();
            long skipped = packets - eventsOf("skipped", broker, ledger).size();

            assertThat(skipped).as("of %d packets", packets).isPositive();
            assertThat(ledger.get("unaccounted").asLong()).isZero();
            if (Kernel.running().isAtLeast(6, 7)) {
                assertThat(ledger.get("recursion_misses").asLong())
                        .isGreaterThanOrEqualTo(skipped); // of other namespaces, too
            } else {
                assertThat(ledger.get("recursion_misses").isNull()).isTrue();
            }
        }
    }

    private Sent whileMapsAreRead() throws Exception {
        try (MapReader reader = new MapReader()) {
            Sent sent = Sent.along(TrafficPath.UDP_NIC_RPS, lab);
            assertThat(reader.reads()).isPositive();
            return sent;
        }
    }

    /** Each once: what a slow broker took without saying so in time was sent again from the spool, the same in every field. */
    private static List<NetifReceive> eventsOf(String topic, Broker broker, JsonNode ledger) {
        List<NetifReceive> records = broker.events(topic);
        if (ledger.get("replayed").asLong() == 0) {
            assertThat(records).doesNotHaveDuplicates();
        }
        return records.stream().distinct().toList();
    }

    /** Whether so many events come into a topic, if one waits a while. */
    private static boolean arrive(long events, Broker broker, String topic) throws Exception {
        long startNs = System.nanoTime();
        while (broker.size(topic) < events) {
            if (System.nanoTime() - startNs > LATEST_NS) {
                return false;
            }
            Thread.sleep(500);
        }
        return true;
    }

    private static void isRefused() throws IOException {
        Command fentry = Guest.skbstream("trace", "--hook", "fentry", "--", "true");
        Row.appendAbsent("fentry");
        Guest.keep("80-no-trampolines", "fentry on a kernel without BPF trampolines", fentry);

        assertThat(fentry.output()).contains("no BPF trampoline", "--hook auto");
        assertThat(fentry.exitCode()).isEqualTo(Guest.TRACE_FAILED);
    }

    private static void balances(JsonNode ledger, List<NetifReceive> events) {
        assertThat(ledger.get("unaccounted").asLong()).isZero();
        assertThat(ledger.get("ring_full").asLong()).isZero();
        assertThat(ledger.get("captured").asLong()).isEqualTo(events.size());
        assertThat(ledger.get("acked").asLong()).isEqualTo(events.size());
        if (ledger.get("hook").asText().equals("KPROBE") && Kernel.running().isAtLeast(6, 7)) {
            assertThat(ledger.get("nmissed").isIntegralNumber()).isTrue();
            assertThat(ledger.get("nmissed").asLong()
                            + ledger.get("recursion_misses").asLong())
                    .isZero();
        }
        Map<Integer, List<Long>> perCpu = events.stream()
                .collect(Collectors.groupingBy(
                        NetifReceive::getCpu, Collectors.mapping(NetifReceive::getSeq, Collectors.toList())));
        // What waited on disk, since a slow guest's broker was slow too, came behind later events.
        assertThat(perCpu.values()).allSatisfy(seqs -> assertThat(seqs.stream().sorted())
                .as("no gap")
                .containsExactlyElementsOf(
                        IntStream.range(0, seqs.size()).mapToObj(i -> (long) i).toList()));
    }

    /**
     * What the kernel counted while a path was used, and when that was.
     *
     * @param ip what reached the IP layer: one for each socket buffer, with its length, as at the hooks
     * @param device what the device received; a NIC counts frames before GRO makes one of many
     */
    private record Sent(TrafficPath path, Instant start, Instant end, IpCounters ip, DeviceTotals device) {

        static Sent along(TrafficPath path, Lab lab) throws Exception {
            lab.awaitQuiet();
            IpCounters ip = lab.ipReceived();
            DeviceTotals device = lab.deviceReceived(path.device());
            Instant start = Instant.now();
            path.send(lab);
            lab.awaitArrival(ip, path.sent());
            return new Sent(
                    path,
                    start,
                    Instant.now(),
                    lab.ipReceived().since(ip),
                    lab.deviceReceived(path.device()).since(device));
        }

        Row row(Hook hook, List<NetifReceive> events) {
            List<NetifReceive> captured = events.stream()
                    .filter(event -> event.getDevice().equals(path.device()))
                    .filter(event -> event.getTimestamp().isAfter(start)
                            && event.getTimestamp().isBefore(end))
                    .toList();
            return new Row(
                    hook,
                    this,
                    captured.size(),
                    captured.stream().mapToLong(NetifReceive::getLen).sum(),
                    captured.stream().mapToInt(NetifReceive::getCpu).distinct().count());
        }
    }

    /** One line of the table. */
    private record Row(Hook hook, Sent sent, long captured, long capturedBytes, long cpus) {

        private boolean isThroughHook() {
            return hook == Hook.TRACEPOINT || sent.path().throughFunction();
        }

        void check(SoftAssertions all) {
            TrafficPath path = sent.path();
            if (path.sent() != TrafficPath.UNKNOWN) { // on a busy machine the wire outside of the guest may lose some
                long least = path.device().equals(Lab.NIC) ? path.sent() * 9L / 10 : path.sent();
                all.assertThat(sent.ip().packets())
                        .as("%s: arrived of those sent", path)
                        .isBetween(least, (long) path.sent());
            }
            if (path != TrafficPath.TCP_NIC) { // there GRO makes one packet of many
                all.assertThat(sent.device().packets())
                        .as("%s: /proc/net/dev agrees with the IP layer", path)
                        .isEqualTo(sent.ip().packets());
            }
            if (isThroughHook()) {
                all.assertThat(captured)
                        .as("%s by %s: packets", path, hook)
                        .isEqualTo(sent.ip().packets());
                all.assertThat(capturedBytes)
                        .as("%s by %s: bytes", path, hook)
                        .isEqualTo(sent.ip().bytes());
                if (path.isSteered()) {
                    all.assertThat(cpus)
                            .as("%s by %s: CPUs that RPS used", path, hook)
                            .isEqualTo(2);
                }
            } else {
                all.assertThat(captured)
                        .as("%s by %s: passes the hook by", path, hook)
                        .isZero();
            }
        }

        void append(String asked) throws IOException {
            line(
                    asked,
                    hook,
                    sent.path(),
                    sent.path().sent() == TrafficPath.UNKNOWN
                            ? "-"
                            : sent.path().sent(),
                    sent.device().packets(),
                    sent.ip().packets(),
                    captured,
                    isThroughHook() ? sent.ip().packets() - captured : "passes by");
        }

        static void appendAbsent(String asked) throws IOException {
            for (TrafficPath path : TrafficPath.values()) {
                line(asked, "-", path, "-", "-", "-", "-", "no such hook");
            }
        }

        /** Hook asked for, hook used, path, packets sent, device's count, expected, captured, unaccounted. */
        private static void line(Object... columns) throws IOException {
            String line = Arrays.stream(columns).map(Object::toString).collect(Collectors.joining("\t"));
            String row = Kernel.running().release() + "\t" + line + "\n";
            Files.writeString(TABLE, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
