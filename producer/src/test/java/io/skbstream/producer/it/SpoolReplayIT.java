package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an agent has left behind goes to Kafka without another agent. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class SpoolReplayIT {

    private static final String NOBODY = "127.0.0.1:9";
    private static final String TOPIC = "spool-replay";
    private static final String LEDGERS = "spool-replay-ledgers";
    private static final int EVENTS = 5_000;

    @TempDir
    private Path spool;

    @Test
    void replaySendsEveryEventAndTheAccountAndTheAuditIsContent(Broker broker) throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        NOBODY,
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--spool-dir",
                        spool.toString())) {
            agent.awaitCapturing();
            assertThat(replay(NOBODY)).as("while an agent runs on the folder").isEqualTo(1);
            traffic.send(EVENTS);
            agent.awaitSpooled(spool, EVENTS);
            JsonNode ledger = agent.ledger();
            assertThat(ledger.get("spooled").asLong()).isEqualTo(EVENTS);
        }
        assertThat(replay(NOBODY)).as("while Kafka is away").isEqualTo(1);

        assertThat(replay(broker.bootstrapServers())).isZero();
        assertThat(broker.size(TOPIC)).isEqualTo(EVENTS);
        assertThat(replay(broker.bootstrapServers())).as("a second time").isZero();
        assertThat(broker.size(TOPIC)).isEqualTo(EVENTS);
        try (var audit = AgentProcess.start(
                "audit",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                TOPIC,
                "--ledger-topic",
                LEDGERS)) {
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isZero();
            assertThat(audit.out()).contains("COMPLETE");
        }
    }

    private int replay(String bootstrapServers) throws Exception {
        try (var replay = AgentProcess.start(
                "spool",
                "replay",
                "--bootstrap-servers",
                bootstrapServers,
                "--topic",
                TOPIC,
                "--partitions",
                "1",
                "--ledger-topic",
                LEDGERS,
                "--spool-dir",
                spool.toString())) {
            return replay.exitCode();
        }
    }
}
