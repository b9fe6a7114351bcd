package io.skbstream.chaos.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.chaos.process.AgentOptions;
import io.skbstream.chaos.process.Child;
import io.skbstream.chaos.process.Jars.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sample consumer, as a process: it counts each event once, however often the topic has it. */
final class ExampleConsumer {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofMinutes(2);
    private static final Duration REST = Duration.ofSeconds(3);
    private static final long LOOK_MS = 200;

    private final Lab lab;

    ExampleConsumer(Lab lab) {
        this.lab = lab;
    }

    /**
     * Packets that it counts in a topic.
     *
     * @param expected how many it is to come to; it is given some seconds more, to come to too many
     */
    long packets(String topic, long expected) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(lab.jars().command(Program.CONSUMER));
        command.addAll(List.of("--bootstrap-servers", lab.broker().bootstrapServers(), "--topic", topic));
        command.addAll(List.of("--window", "24h", "--application-id", topic + ".consumer", "--json"));
        try (Child consumer = Child.start("consumer", lab.folder(), command)) {
            long endNs = System.nanoTime() + LIMIT.toNanos();
            while (sum(consumer.out()) < expected && consumer.isAlive() && System.nanoTime() < endNs) {
                Thread.sleep(LOOK_MS);
            }
            Thread.sleep(REST.toMillis());
            if (consumer.isAlive()) {
                consumer.signal("TERM");
                consumer.awaitEnd(END);
            }
            return sum(consumer.out());
        }
    }

    /** A later row of a window replaces an earlier one. */
    private static long sum(String rows) throws JsonProcessingException {
        Map<String, Long> windows = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        int whole = rows.lastIndexOf('\n');
        for (String row : rows.substring(0, Math.max(0, whole)).split("\n")) {
            if (row.startsWith("{")) {
                JsonNode fields = json.readTree(row);
                if (fields.path("host").asText().equals(AgentOptions.HOST)) {
                    windows.put(
                            fields.get("windowStart").asText(),
                            fields.get("packets").asLong());
                }
            }
        }
        return windows.values().stream().mapToLong(Long::longValue).sum();
    }
}
