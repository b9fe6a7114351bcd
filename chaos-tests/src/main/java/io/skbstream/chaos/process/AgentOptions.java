package io.skbstream.chaos.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The agent's command line; immutable.
 *
 * @param options names without dashes, and values
 * @param kafka keys of Kafka's client
 * @param clock the file that tells it the time, for a clock that steps
 */
public record AgentOptions(Map<String, String> options, Map<String, String> kafka, Optional<Path> clock) {

    /** The host that all agents of these tests claim to run on. */
    public static final String HOST = "chaos";

    private static final List<Path> FAKETIME = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"));

    /** What every agent here is told. */
    public static AgentOptions of(String bootstrapServers, String topic, String ledgerTopic, long netns, Path spool) {
        return new AgentOptions(Map.of(), Map.of(), Optional.empty())
                .with("bootstrap-servers", bootstrapServers)
                .with("topic", topic)
                .with("ledger-topic", ledgerTopic)
                .with("partitions", "1")
                .with("host", HOST)
                .with("netns", Long.toString(netns))
                .with("exclude-ports", "none") // the broker is not in that namespace
                .with("spool-dir", spool.toString());
    }

    public AgentOptions with(String option, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(option, value);
        return new AgentOptions(more, kafka, clock);
    }

    public AgentOptions withShutdownTimeout(Duration timeout) {
        return with("shutdown-timeout", timeout.toMillis() + "ms");
    }

    /** Kafka's client gives up early, so that seconds show what minutes would with its defaults. */
    public AgentOptions withBriskKafka(int requestTimeoutMs, int deliveryTimeoutMs) {
        return withKafka("request.timeout.ms", Integer.toString(requestTimeoutMs))
                .withKafka("delivery.timeout.ms", Integer.toString(deliveryTimeoutMs))
                .withKafka("reconnect.backoff.max.ms", "500")
                .withKafka("socket.connection.setup.timeout.ms", Integer.toString(requestTimeoutMs));
    }

    public AgentOptions withKafka(String key, String value) {
        Map<String, String> more = new TreeMap<>(kafka);
        more.put(key, value);
        return new AgentOptions(options, more, clock);
    }

    /** Logs in by SCRAM. */
    public AgentOptions withUser(String user, String password) {
        return withKafka("security.protocol", "SASL_PLAINTEXT")
                .withKafka("sasl.mechanism", "SCRAM-SHA-256")
                .withKafka(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                                .formatted(user, password));
    }

    public AgentOptions withClock(Path file) {
        return new AgentOptions(options, kafka, Optional.of(file));
    }

    /** Whether libfaketime is installed, by which an agent's wall clock can be stepped without touching the machine's. */
    public static boolean clockCanStep() {
        return faketime().isPresent();
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        options.forEach((name, value) -> arguments.addAll(List.of("--" + name, value)));
        kafka.forEach((key, value) -> arguments.addAll(List.of("-K", key + "=" + value)));
        return arguments;
    }

    /** A command that sets the environment of the one that follows. */
    List<String> environment() {
        if (clock.isEmpty()) {
            return List.of();
        }
        return List.of(
                "env",
                "LD_PRELOAD=" + faketime().orElseThrow(),
                "FAKETIME_TIMESTAMP_FILE=" + clock.get(),
                "FAKETIME_CACHE_DURATION=1", // seconds after which it reads the file again
                "FAKETIME_DONT_FAKE_MONOTONIC=1");
    }

    private static Optional<Path> faketime() {
        return FAKETIME.stream().filter(java.nio.file.Files::exists).findFirst();
    }
}
