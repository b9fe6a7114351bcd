package io.skbstream.chaos.cluster;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.kafka.TopicReader;
import io.skbstream.chaos.kafka.WindowCounts.Counts;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.process.Child;
import io.skbstream.chaos.process.Jars.Program;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The sample job, which runs throughout a schedule. Used by one thread. */
final class ExampleJob implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofMinutes(4);
    private static final Duration AGENTS_SEEN = Duration.ofMinutes(2);
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofMinutes(2);
    private static final long REST_MS = 2_000;
    private static final long LOOK_MS = 500;

    private final Child child;
    private final String host;

    private ExampleJob(Child child, String host) {
        this.child = child;
        this.host = host;
    }

    /**
     * Starts it and returns at once.
     *
     * @param folder where its output goes
     * @param host whose rows are looked at
     */
    static ExampleJob start(ClusterLab lab, Path folder, String topic, String ledgerTopic, String host)
            throws IOException {
        List<String> command = new ArrayList<>(lab.jars().command(Program.CONSUMER));
        command.addAll(
                List.of("--bootstrap-servers", lab.cluster().bootstrapServers(), "--registry", lab.registryUrl()));
        command.addAll(List.of("--topic", topic, "--ledger-topic", ledgerTopic));
        command.addAll(List.of("--dead-letter-topic", topic + ".dead", "--application-id", topic + ".job"));
        command.addAll(List.of("--window", WINDOW.toSeconds() + "s", "--json"));
        return new ExampleJob(Child.start("job", folder, command), host);
    }

    /**
     * Waits until a row says that so many agents use the host's name.
     *
     * @throws ChaosException if none does in time
     */
    void awaitAgents(TopicReader reader, int agents) throws InterruptedException {
        long endNs = System.nanoTime() + AGENTS_SEEN.toNanos();
        while (!JobRows.seesAgents(rows(reader), agents)) {
            if (System.nanoTime() - endNs > 0) {
                throw new ChaosException(
                        "the job does not see " + agents + " agents within " + AGENTS_SEEN.toSeconds() + " s");
            }
            Thread.sleep(LOOK_MS);
        }
    }

    /**
     * Waits until its committed rows say what the topic holds, and a little longer, in case that there come more; then ends it.
     *
     * @param topic of the events
     * @param agents how many ran at the end, at the same time
     * @return what does not hold
     */
    List<String> check(TopicReader reader, String topic, int agents) throws IOException, InterruptedException {
        Map<Instant, Counts> counts = reader.windows(topic, WINDOW).byWindow();
        long endNs = System.nanoTime() + CATCH_UP.toNanos();
        while (!JobRows.check(rows(reader), counts, agents).isEmpty() && child.isAlive() && System.nanoTime() < endNs) {
            Thread.sleep(LOOK_MS);
        }
        Thread.sleep(REST_MS);
        Verdict verdict = new Verdict();
        verdict.expect(child.isAlive(), "the job ended by itself:%s", child.tail());
        if (child.isAlive()) {
            child.signal("TERM");
            verdict.same("exit code of the job", child.awaitEnd(END), 0);
        }
        List<String> failures = new ArrayList<>(verdict.failures());
        failures.addAll(JobRows.check(rows(reader), counts, agents));
        return failures;
    }

    private SortedMap<Instant, LoopbackByHost> rows(TopicReader reader) {
        return reader.rows(Topics.LOOPBACK_BY_HOST, host);
    }

    @Override
    public void close() {
        child.close();
    }
}
