package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.BrokerSettings;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that docs/operations.md names is enough, with the flags that the launcher gives the agent. */
@LiveKernel
class MemoryIT {

    private static final int BEFORE = 20_000;

    /** More than all batches hold, so that the spool has to step in, and Kafka's client has all that it may. */
    private static final int DURING = 600_000;

    private static final String TOPIC = "memory";

    @Test
    void anOutageUnderLoadFitsIntoTheMemoryThatTheDocsName(@TempDir Path spool) throws Exception {
        int mib = documentedMib();
        int port = FreePorts.next();
        try (MemoryLimit limit = MemoryLimit.ofMib(mib);
                var traffic = new LoopbackTraffic()) {
            Path data = Files.createDirectory(spool.resolve("kafka"));
            BrokerSettings settings = BrokerSettings.defaults().withPort(port).withFolder(data);
            EmbeddedKafka kafka = EmbeddedKafka.start(settings);
            try (AgentProcess agent = AgentProcess.start(command(limit, port, traffic, spool.resolve("spool")))) {
                agent.awaitLine("connected to Kafka");
                traffic.send(BEFORE);
                kafka.close();
                traffic.send(DURING);
                agent.await("events in the spool", () -> AgentProcess.spooled(spool.resolve("spool")) > 0);
                kafka = EmbeddedKafka.start(settings);
                Broker broker = new Broker(kafka);
                agent.await("events in Kafka", () -> broker.size(TOPIC) > BEFORE);
                JsonNode ledger = agent.ledger();

                assertThat(ledger.get("hits").asLong()).isGreaterThanOrEqualTo(BEFORE + DURING);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
                System.out.println("the agent took %d of %d MiB at most".formatted(limit.peakMib(), mib));
            } finally {
                kafka.close();
            }
        }
    }

    @Test
    void theImageHasTheLaunchersFlags() throws IOException {
        String dockerfile = Files.readString(Path.of("Dockerfile"));

        assertThat(launcherFlags()).isNotEmpty().allSatisfy(flag -> assertThat(dockerfile)
                .contains(" " + flag + " "));
    }

    private static List<String> command(MemoryLimit limit, int port, LoopbackTraffic traffic, Path spool)
            throws IOException {
        List<String> command = new ArrayList<>(limit.prefix());
        command.add(AgentProcess.java());
        command.addAll(launcherFlags());
        command.addAll(List.of("-jar", AgentProcess.JAR.toString()));
        String options = "run --bootstrap-servers 127.0.0.1:%d --topic %s --partitions 1 --netns %d --spool-dir %s"
                .formatted(port, TOPIC, traffic.inode(), spool);
        command.addAll(List.of(options.split(" ")));
        return command;
    }

    private static List<String> launcherFlags() throws IOException {
        String launcher = Files.readString(Path.of("../skbstream"));
        String flags = first(launcher, "(?m)^agent_flags=\"(.*) \\$lasting_flags\"") + " "
                + first(launcher, "(?m)^lasting_flags=\"(.*)\"");
        return List.of(flags.split(" "));
    }

    private static int documentedMib() throws IOException {
        return Integer.parseInt(
                first(Files.readString(Path.of("../docs/operations.md")), "A cgroup of (\\d+) MiB \\(`MemoryMax="));
    }

    private static String first(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }
}
