package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More devices than there are rows. */
@LiveKernel
class DeviceRowsIT {

    private static final int SHORT_LIVED = 1_500;
    private static final int ROWS = 1024;

    /** On one CPU, which has 1,024 rows. */
    @Test
    void beyondTheBoundOfRowsNothingIsLostButTheNames(@TempDir Path spool) throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        "127.0.0.1:9",
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--spool-dir",
                        spool.toString())) {
            agent.awaitCapturing();
            traffic.pin();
            traffic.namespace().run(() -> {
                for (int i = 0; i < SHORT_LIVED; i++) {
                    try (NetworkNamespace brief = NetworkNamespace.create("it-brief")) {
                        DevicesIT.send(brief, 1);
                    }
                }
                return null;
            });
            agent.awaitLine("devices have no row of their own");
            JsonNode ledger = agent.ledger();

            assertThat(ledger.get("unattributed").asLong()).isGreaterThanOrEqualTo(SHORT_LIVED - ROWS);
            assertThat(ledger.get("unattributed").asLong() + sum(ledger, "packets"))
                    .isEqualTo(ledger.get("hits").asLong());
            assertThat(ledger.get("unattributed_bytes").asLong() + sum(ledger, "bytes"))
                    .isEqualTo(ledger.get("bytes").asLong());
        }
    }

    private static long sum(JsonNode ledger, String count) {
        long sum = 0;
        for (JsonNode device : ledger.get("devices")) {
            sum += device.get(count).asLong();
        }
        return sum;
    }
}
