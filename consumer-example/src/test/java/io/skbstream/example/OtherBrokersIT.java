package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job works with a broker of another age. */
@Timeout(1_500)
class OtherBrokersIT {

    @TempDir
    private Path folder;

    @Test
    void rowsStayExactWhenTheTopicGetsPartitions() throws Exception {
        try (var cluster = Cluster.startOther("2.8.2")) {
            cluster.create("old", 1);
            String[] args = {"--topic", "old", "--application-id", "old", "--grace", "30s"};
            try (var job = cluster.start(folder, "job", args);
                    var rounds = new Rounds(cluster, "old", "host-o")) {
                rounds.send(0);
                rounds.read(1);
                cluster.grow("old", 2);
                rounds.send(1);
                rounds.read(2);
                Cluster.await("no row is partial any more", () -> !rounds.isPartial());

                assertThat(job.said("the topic old has 2 partitions now, not 1"))
                        .isOne();
                assertThat(job.signal("TERM").exitCode()).as(job.stderr() + "").isZero();
                assertThat(job.stderr()).noneMatch(line -> line.contains("ERROR"));
            }
        }
    }
}
