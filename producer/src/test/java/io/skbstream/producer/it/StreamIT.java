package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.kernel.Kernel;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Known packets in, exactly these events out. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class StreamIT {

    private static final int N = 100_000;
    private static final int CPUS = Kernel.running().cpus();
    private static final int IPV4 = 0x0800;
    private static final int LO_INDEX = 1;
    /** A hyphen after a word or a digit joins, as in a date; it is no sign. */
    private static final Pattern DECIMAL = Pattern.compile("(?<![\\w-])-?\\d{1,19}\\b");

    private static final Pattern HEXADECIMAL = Pattern.compile("(?i)[0-9a-f]{16}");
    private static final long LOWEST_KERNEL_ADDRESS = 0xffff_8000_0000_0000L;

    @Test
    void everyDatagramIsExactlyOneRecordWithTheRightValues(Broker broker) throws Exception {
        String topic = "every-datagram";
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode())) {
            DeviceTotals before = traffic.totals();
            Instant sendStart = Instant.now();
            traffic.send(N);
            Instant sendEnd = Instant.now();
            DeviceTotals counted = traffic.totals().since(before);
            agent.await("the events in Kafka", () -> broker.size(topic) >= N);
            JsonNode ledger = agent.ledger();
            List<NetifReceive> events = broker.events(topic);

            assertThat(events).hasSize(N);
            assertThat(counted).isEqualTo(new DeviceTotals(N, bytes(events)));
            // In order of size: when the sender moves to another CPU, what waits on the first one may come later.
            assertThat(events.stream().map(NetifReceive::getLen).sorted().toList())
                    .isEqualTo(sentLengths());
            areGaplessAndSorted(events, ledger);
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getHost()).isEqualTo(AgentProcess.HOST);
                assertThat(event.getSession()).isEqualTo(ledger.get("session").asLong());
                assertThat(event.getHook())
                        .isEqualTo(Hook.valueOf(ledger.get("hook").asText()));
                assertThat(event.getDevice()).isEqualTo("lo");
                assertThat(event.getIfindex()).isEqualTo(LO_INDEX);
                assertThat(event.getNetns()).isEqualTo(traffic.namespace().inode());
                assertThat(event.getProtocol()).isEqualTo(IPV4);
                assertThat(event.getCpu()).isBetween(0, CPUS - 1);
                assertThat(event.getTimestamp()).isBetween(sendStart, sendEnd);
                assertThat(event.getSkb()).isPositive();
            });
            isSentByThisThread(events, traffic.threadId());
            assertThat(ledger.get("captured").asLong()).isEqualTo(N);
            assertThat(ledger.get("acked").asLong()).isEqualTo(N);
            assertThat(ledger.get("ring_full").asLong()).isZero();
            assertThat(ledger.get("unaccounted").asLong()).isZero();
            hasDeviceTotals(ledger, traffic.inode(), events);
        }
    }

    @Test
    void byDefaultNoKernelAddressLeavesTheAgent(Broker broker) throws Exception {
        String topic = "no-address";
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode())) {
            traffic.send(N);
            agent.await("the events in Kafka", () -> broker.size(topic) == N);
            String ledger = agent.ledger().toString();
            List<NetifReceive> events = broker.events(topic);

            assertThat(events).hasSize(N);
            assertThat(events).allMatch(StreamIT::holdsNoKernelAddress);
            assertThat(numbers(agent.err() + ledger)).isNotEmpty().noneMatch(StreamIT::isKernelAddress);
        }
    }

    @Test
    void rawPointersAreKernelAddressesAndOnlyOnRequest(Broker broker) throws Exception {
        String topic = "raw-address";
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode(), "--skb-pointer", "raw")) {
            traffic.send(1000);
            agent.ledger();

            assertThat(broker.events(topic)).hasSize(1000).allMatch(event -> isKernelAddress(event.getSkb()));
        }
    }

    @Test
    void aSampleLeavesTotalsExact(Broker broker) throws Exception {
        String topic = "sampled";
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(broker, topic, traffic.inode(), "--sample", "1/10")) {
            traffic.send(N);
            JsonNode ledger = agent.ledger();
            long sent = N - ledger.get("sampled_out").asLong();

            assertThat(broker.events(topic)).hasSize((int) sent);
            // A binomial of 100,000 at 1/10 has a deviation of 95: ten of them are never exceeded.
            assertThat(sent).isBetween(N / 10 - 950L, N / 10 + 950L);
            areGaplessAndSorted(broker.events(topic), ledger);
            assertThat(packets(ledger, traffic.inode())).isEqualTo(N);
            assertThat(ledger.get("unaccounted").asLong()).isZero();
        }
    }

    @Test
    void aDeviceFilterLetsNothingElseThrough(Broker broker) throws Exception {
        String topic = "other-device";
        try (var traffic = new LoopbackTraffic();
                var agent =
                        AgentProcess.capture(broker, topic, traffic.inode(), "--device", "not-lo", "--min-len", "1")) {
            traffic.send(1000);
            JsonNode ledger = agent.ledger();

            assertThat(broker.events(topic)).isEmpty();
            assertThat(ledger.get("filtered").asLong())
                    .isEqualTo(ledger.get("hits").asLong())
                    .isGreaterThanOrEqualTo(1000);
            assertThat(ledger.get("unaccounted").asLong()).isZero();
        }
    }

    private static List<Integer> sentLengths() {
        return IntStream.range(0, N)
                .map(i -> LoopbackTraffic.payload(i) + LoopbackTraffic.IP_AND_UDP_HEADERS)
                .boxed()
                .sorted()
                .toList();
    }

    private static long bytes(List<NetifReceive> events) {
        return events.stream().mapToLong(NetifReceive::getLen).sum();
    }

    private static Collection<List<NetifReceive>> perCpu(List<NetifReceive> events) {
        return events.stream()
                .collect(Collectors.groupingBy(NetifReceive::getCpu))
                .values();
    }

    /** The topic has each CPU's events in order, unless some went by the spool, from where they follow later ones. */
    private static void areGaplessAndSorted(List<NetifReceive> events, JsonNode ledger) {
        boolean sorted = ledger.get("replayed").asLong() == 0;
        assertThat(perCpu(events)).allSatisfy(inTopic -> {
            List<NetifReceive> bySeq = inTopic.stream()
                    .sorted(Comparator.comparingLong(NetifReceive::getSeq))
                    .toList();
            assertThat(sorted ? inTopic : bySeq)
                    .extracting(NetifReceive::getSeq)
                    .isEqualTo(LongStream.range(0, inTopic.size()).boxed().toList());
            assertThat(bySeq).extracting(NetifReceive::getTimestamp).isSorted();
        });
    }

    /**
     * The softirq runs on top of the sender, except when the kernel hands it to ksoftirqd, or a timer's softirq on another
     * task finds the packet.
     */
    private static void isSentByThisThread(List<NetifReceive> events, long tid) {
        int pid = (int) ProcessHandle.current().pid();
        Map<Boolean, List<NetifReceive>> mine =
                events.stream().collect(Collectors.partitioningBy(event -> event.getTid() == tid));
        assertThat(mine.get(true)).hasSizeGreaterThan(N / 2).allSatisfy(event -> {
            assertThat(event.getPid()).isEqualTo(pid);
            assertThat(event.getComm()).isEqualTo(LoopbackTraffic.THREAD);
        });
        assertThat(mine.get(false)).noneMatch(event -> event.getComm().equals(LoopbackTraffic.THREAD));
    }

    private static void hasDeviceTotals(JsonNode ledger, long netns, List<NetifReceive> events) {
        assertThat(packets(ledger, netns)).isEqualTo(N);
        assertThat(device(ledger, netns).get("device").asText()).isEqualTo("lo");
        assertThat(device(ledger, netns).get("bytes").asLong()).isEqualTo(bytes(events));
    }

    private static long packets(JsonNode ledger, long netns) {
        return device(ledger, netns).get("packets").asLong();
    }

    private static JsonNode device(JsonNode ledger, long netns) {
        for (JsonNode device : ledger.get("devices")) {
            if (device.get("netns").asLong() == netns) {
                return device;
            }
        }
        throw new AssertionError("no device of network namespace " + netns + " in " + ledger);
    }

    private static boolean isKernelAddress(long value) {
        return Long.compareUnsigned(value, LOWEST_KERNEL_ADDRESS) >= 0;
    }

    private static boolean holdsNoKernelAddress(NetifReceive event) {
        return event.getSchema().getFields().stream()
                .map(field -> event.get(field.pos()))
                .flatMap(value -> value instanceof Number number
                        ? Stream.of(number.longValue())
                        : numbers(value.toString()).stream())
                .noneMatch(StreamIT::isKernelAddress);
    }

    /** Every decimal and every run of 16 hexadecimal digits in a text, as 64 bits. */
    private static Set<Long> numbers(String text) {
        Set<Long> numbers = new HashSet<>();
        DECIMAL.matcher(text)
                .results()
                .map(MatchResult::group)
                .forEach(digits ->
                        numbers.add(digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits)));
        HEXADECIMAL.matcher(text).results().forEach(found -> numbers.add(Long.parseUnsignedLong(found.group(), 16)));
        return numbers;
    }
}
