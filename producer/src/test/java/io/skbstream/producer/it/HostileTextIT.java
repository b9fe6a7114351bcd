package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host's name that would speak to a terminal and fool its reader goes through every command, in a locale that has not its letters: in
 * the records it is as it was given, on stdout and stderr it is text and nothing else.
 */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class HostileTextIT {

    private static final String HOST =
            "h\u00f6st\u001b]0;x\u0007\n\r\t\u0085\u009b2J\u007f\u202e\u2066\u2028\u200b\ufeffz";
    private static final String SHOWN =
            "h\\u00f6st\\u001b]0;x\\u0007\\n\\r\\t\\u0085\\u009b2J\\u007f\\u202e\\u2066\\u2028\\u200b\\ufeffz";

    private static final String NOBODY = "127.0.0.1:9";
    private static final String TOPIC = "hostile-text";
    private static final String LEDGERS = "hostile-text.ledger";
    private static final int EVENTS = 50;
    private static final Path CONSUMER =
            Path.of("../consumer-example/target/loopback-by-host.jar").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void everyCommandTakesTheNameAsItIsAndShowsItAsText(Broker broker) throws Exception {
        String servers = broker.bootstrapServers();
        String spool = folder.resolve("spool").toString();
        try (LoopbackTraffic traffic = new LoopbackTraffic()) {
            String[] run =
                    ("run --bootstrap-servers %s --topic %s --netns %s --spool-dir %s --shutdown-timeout 2m --host"
                                    .formatted(NOBODY, TOPIC, traffic.inode(), spool))
                            .split(" ");
            try (AgentProcess agent = start(AgentProcess.JAR, HOST, run)) {
                agent.awaitCapturing();
                traffic.send(EVENTS);
                agent.awaitSpooled(Path.of(spool), EVENTS);
                assertThat(agent.ledger().get("host").asText()).isEqualTo(HOST);
                assertShown(agent.out(), agent.err());
                assertThat(agent.err()).contains("as host " + SHOWN + ",");
            }
            assertThat(text(1, "spool", "ls", "--spool-dir", spool)).contains(SHOWN);
            assertThat(json(text(0, "spool", "ls", "--json", "--spool-dir", spool))
                            .findValue("host")
                            .asText())
                    .isEqualTo(HOST);
            assertThat(text(0, "spool", "cat", "--spool-dir", spool).lines())
                    .hasSize(EVENTS)
                    .allSatisfy(
                            line -> assertThat(json(line).get("host").asText()).isEqualTo(HOST));
            text(0, "spool", "verify", "--spool-dir", spool);
            String cluster = "--bootstrap-servers " + servers + " --topic " + TOPIC + " --ledger-topic " + LEDGERS;
            text(0, ("spool replay --partitions 1 --spool-dir " + spool + " " + cluster).split(" "));
            List<ConsumerRecord<String, NetifReceive>> records =
                    broker.read(TOPIC, new AvroDeserializer<>(NetifReceive.class));
            assertThat(records).hasSize(EVENTS).allSatisfy(record -> {
                assertThat(record.key()).isEqualTo(HOST);
                assertThat(record.value().getHost()).isEqualTo(HOST);
            });
            assertThat(text(0, ("audit " + cluster).split(" "))).contains(SHOWN);
            assertThat(json(text(0, ("audit --json " + cluster).split(" ")))
                            .get("host")
                            .asText())
                    .isEqualTo(HOST);
            assertThat(job(cluster)).contains(SHOWN);
            assertThat(json(job(cluster + " --json").lines().findFirst().orElseThrow())
                            .get("host")
                            .asText())
                    .isEqualTo(HOST);
        }
    }

    @Test
    void theNameOfATaskOrAFileAnArgumentOrAServerIsShownAsText() throws Exception {
        String nameItself = "printf '\\033[2J\\302\\233' > /proc/self/comm; exec 3<>/dev/udp/127.0.0.1/9; echo >&3";
        try (LoopbackTraffic traffic = new LoopbackTraffic();
                AgentProcess trace = traffic.namespace()
                        .run(() ->
                                start(AgentProcess.JAR, nameItself, "trace", "--netns", "self", "--", "bash", "-c"))) {
            assertThat(trace.exitCode()).as(trace.err()).isZero();
            assertShown(trace.out(), trace.err());
            assertThat(trace.out()).contains("\\u001b[2J\\u009b-");
        }
        for (String given : List.of(
                "trace",
                "trace --netns",
                "run --host x --spool-dir /proc/none --topic",
                "run --",
                "doctor --bootstrap-servers",
                "audit --bootstrap-servers",
                "spool cat --spool-dir",
                "spool",
                "")) {
            try (AgentProcess refused =
                    start(AgentProcess.JAR, HOST, given.isEmpty() ? new String[0] : given.split(" "))) {
                assertThat(refused.exitCode()).as(given).isIn(0, 1, 2, 125);
                assertShown(refused.out(), refused.err());
            }
        }
    }

    /** What a command says; its exit code is 0. */
    private static String text(int leastLines, String... arguments) throws Exception {
        List<String> command = command(AgentProcess.JAR);
        command.addAll(List.of(arguments));
        try (AgentProcess process = AgentProcess.start(command)) {
            assertThat(process.exitCode()).as(process.out() + process.err()).isZero();
            assertShown(process.out(), process.err());
            assertThat(process.out().lines()).hasSizeGreaterThanOrEqualTo(leastLines);
            return process.out();
        }
    }

    /** What the job shows, once it shows something. */
    private static String job(String options) throws Exception {
        List<String> command = command(CONSUMER);
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("--application-id", "hostile-text-" + options.length()));
        try (AgentProcess job = AgentProcess.start(command)) {
            job.await("a row", () -> job.out().lines().anyMatch(line -> line.contains("]0;x")));
            job.signal("TERM");
            assertThat(job.exitCode()).as(job.err()).isZero();
            assertShown(job.out(), job.err());
            return job.out();
        }
    }

    private static void assertShown(String... outputs) {
        for (String output : outputs) {
            assertThat(output).matches("[ -~\\n]*").doesNotContain("h?", "\tat ");
        }
    }

    /** Starts a jar with one more argument, which the JVM of this test may not be able to hand on. */
    private static AgentProcess start(Path jar, String last, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("bash", "-c", "last=$(printf \"$1.\"); shift; exec \"$@\" \"${last%.}\"", "bash", octal(last)));
        command.addAll(command(jar));
        command.addAll(List.of(arguments));
        return AgentProcess.start(command);
    }

    private static List<String> command(Path jar) {
        return new ArrayList<>(List.of(
                "env",
                "LC_ALL=C",
                AgentProcess.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString()));
    }

    private static String octal(String text) {
        StringBuilder octal = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            octal.append("\\%03o".formatted(one & 0xff));
        }
        return octal.toString();
    }

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper().readTree(line);
    }
}
