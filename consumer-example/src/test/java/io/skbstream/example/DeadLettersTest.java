package io.skbstream.example;

import static io.skbstream.example.SomeEvents.SESSION;
import static io.skbstream.example.SomeEvents.after;
import static io.skbstream.example.SomeEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final LongAdder count = new LongAdder();
    private final List<LoopbackByHost> shown = new ArrayList<>();
    private RuntimeException viewFails;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> input;
    private TestOutputTopic<String, byte[]> letters;

    @BeforeEach
    void open() {
        Properties settings = Job.defaults();
        settings.put(DeadLetters.COUNT_CONFIG, count);
        // Of a transaction, the driver drops what is sent before its first record is processed. Real brokers do not.
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
        var windows = new Windows(Duration.ofSeconds(10), Duration.ZERO);
        driver = new TopologyTestDriver(LoopbackTopologyTest.topology(windows, this::show), settings);
        input = driver.createInputTopic("in", new StringSerializer(), new ByteArraySerializer());
        letters = driver.createOutputTopic(Topics.DEAD_LETTER, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void show(LoopbackByHost row) {
        if (viewFails != null) {
            throw viewFails;
        }
        shown.add(row);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void bytesThatAreNoEventAreSentOnWithTheirOriginAndTheJobGoesOn() {
        byte[] good = bytes(good(0, "1s"));
        byte[] random = {1, 0, 0, 0, 1, 2};
        byte[] truncated = Arrays.copyOf(good, good.length - 3);
        byte[] unknown = good.clone();
        unknown[5]++;
        input.pipeInput("web-1", good);
        input.pipeInput("web-1", random, Instant.ofEpochMilli(1234));
        input.pipeInput("web-1", truncated);
        input.pipeInput("web-1", unknown);
        input.pipeInput("web-1", bytes(good(1, "2s")));

        assertThat(shown).hasSize(2).last().satisfies(row -> {
            assertThat(row.getEvents()).isEqualTo(2);
            assertThat(row.getMissing()).isZero();
        });
        var sent = letters.readRecordsToList();
        assertThat(sent).extracting(TestRecord::value).containsExactly(random, truncated, unknown);
        assertThat(sent).extracting(TestRecord::key).containsOnly("web-1");
        assertThat(header(sent.get(0), DeadLetters.HEADER_TOPIC)).isEqualTo("in");
        assertThat(header(sent.get(0), DeadLetters.HEADER_PARTITION)).isEqualTo("0");
        assertThat(header(sent.get(0), DeadLetters.HEADER_OFFSET)).isEqualTo("1");
        assertThat(header(sent.get(0), DeadLetters.HEADER_TIMESTAMP)).isEqualTo("1234");
        assertThat(header(sent.get(0), DeadLetters.HEADER_EXCEPTION)).endsWith(".SerializationException");
        assertThat(header(sent.get(0), DeadLetters.HEADER_MESSAGE)).contains("neither Avro single-object encoding");
        assertThat(header(sent.get(1), DeadLetters.HEADER_MESSAGE)).endsWith("it is truncated");
        assertThat(header(sent.get(2), DeadLetters.HEADER_MESSAGE)).contains("unknown schema fingerprint");
        assertThat(count.sum()).isEqualTo(3);
        assertThat(dropped()).isEqualTo(3);
    }

    @Test
    void anEventThatNoAgentWritesIsSentOnToo() {
        input.pipeInput("db-1", bytes(good(0, "1s")));
        input.pipeInput((String) null, bytes(good(0, "1s")));
        input.pipeInput("web-1", (byte[]) null);
        input.pipeInput("web-1", bytes(good(-1, "1s")));
        input.pipeInput("web-1", bytes(event("web-1", SESSION, 0, 1, Instant.ofEpochMilli(-1), "lo", 1, "ping")));
        input.pipeInput("web-1", bytes(good(Long.MAX_VALUE, "1s")));

        assertThat(shown).isEmpty();
        assertThat(letters.readRecordsToList())
                .extracting(letter -> header(letter, DeadLetters.HEADER_MESSAGE))
                .containsExactly(
                        "key db-1, but host web-1: the two are always the same",
                        "key null, but host web-1: the two are always the same",
                        "no value: not even an empty one",
                        "cpu 0, seq -1, len 1, timestamp 2026-09-21T14:13:21Z: none is ever negative",
                        "cpu 0, seq 1, len 1, timestamp 1969-12-31T23:59:59.999Z: none is ever negative",
                        "seq 9223372036854775807: no agent comes that far");
        assertThat(count.sum()).isEqualTo(6);
    }

    @Test
    void onlyOfWhatCannotBeDecodedTheLetterHasTheTime() {
        input.pipeInput("web-1", bytes(good(0, "1s")));
        input.pipeInput("db-1", bytes(good(1, "2s")), after("50s"));
        assertThat(letters.readRecord().headers().lastHeader(DeadLetters.HEADER_TIMESTAMP))
                .isNull();
    }

    /** Kafka would not take one of 1 MiB with the letter's headers on top, and the job would end. */
    @Test
    void aRecordThatIsTooLargeForALetterIsCut() {
        byte[] whole = new byte[DeadLetters.MOST_BYTES - "web-1".length()];
        input.pipeInput("web-1", whole);
        assertThat(letters.readRecord()).satisfies(letter -> {
            assertThat(letter.value()).isEqualTo(whole);
            assertThat(letter.headers().lastHeader(DeadLetters.HEADER_CUT)).isNull();
        });
        var headers = new RecordHeaders().add("trace", new byte[50]);
        input.pipeInput(new TestRecord<>("web-1", new byte[whole.length], headers));
        assertThat(letters.readRecord()).satisfies(letter -> {
            assertThat(letter.key()).isEqualTo("web-1");
            assertThat(letter.value()).isEqualTo(new byte[1000]);
            assertThat(header(letter, DeadLetters.HEADER_CUT)).isEqualTo(Integer.toString(whole.length + 55 - 1000));
            assertThat(header(letter, DeadLetters.HEADER_OFFSET)).isEqualTo("1");
        });
    }

    @Test
    void whatIsNoEventDoesNotMoveTheTime() {
        input.pipeInput("web-1", bytes(good(0, "1s")));
        input.pipeInput("db-1", bytes(good(5, "999h")));
        input.pipeInput("web-1", (byte[]) null, after("999h"));
        input.pipeInput("web-1", new byte[1], after("999h"));
        input.pipeInput("web-1", bytes(good(1, "2s")));
        assertThat(shown).last().satisfies(row -> assertThat(row.getEvents()).isEqualTo(2));
        assertThat(count.sum()).isEqualTo(3);
    }

    @Test
    void anyOtherFailureEndsTheJob() {
        viewFails = new IllegalStateException("a bug");
        assertThatThrownBy(() -> input.pipeInput("web-1", bytes(good(0, "1s")))).hasRootCause(viewFails);
        assertThat(letters.isEmpty()).isTrue();
        assertThat(count.sum()).isZero();
    }

    private static NetifReceive good(long seq, String time) {
        return event("web-1", SESSION, 0, seq, after(time), "lo", 1, "ping");
    }

    private static byte[] bytes(NetifReceive event) {
        return new AvroSerializer<NetifReceive>().serialize("in", event);
    }

    private static String header(TestRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private double dropped() {
        return driver.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("dropped-records-total"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }
}
