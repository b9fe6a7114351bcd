package io.skbstream.compose;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The program in {@code client/}: reads the events through the registry, with libraries that know nothing of skbstream. */
final class Client {

    private static final Path FOLDER = Stack.RESULTS.resolve("client");

    private Client() {}

    /** Skips the test, aloud, where the program cannot run. */
    static void assumeThatItCanRun() {
        assumeTrue(
                Files.isDirectory(FOLDER.resolve("node_modules")),
                "Node.js or the libraries of compose/client are not there; on Debian: apt-get install nodejs npm");
    }

    /** One object for each record: partition, offset, key, schemaId, record; Avro's longs are strings in it. */
    static List<JsonNode> readEvents() {
        return Command.run(
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS",
                                "localhost:9092",
                                "SCHEMA_REGISTRY_URL",
                                Topics.REGISTRY,
                                "KAFKAJS_NO_PARTITIONER_WARNING",
                                "1"),
                        List.of("node", FOLDER.resolve("read-events.mjs").toString()))
                .succeeded()
                .stdout()
                .lines()
                .map(Stack::json)
                .toList();
    }
}
