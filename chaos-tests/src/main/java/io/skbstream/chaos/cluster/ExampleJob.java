package io.skbstream.chaos.cluster;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.kafka.TopicReader;
import io.skbstream.chaos.process.Child;
import io.skbstream.chaos.process.Jars.Program;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The sample job, which runs throughout a schedule. Used by one thread. */
final class ExampleJob implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofMinutes(4);
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
        command.addAll(List.of("--window", "24h", "--json"));
        return new ExampleJob(Child.start("job", folder, command), host);
    }

    /**
     * Waits until its committed rows have as many events as the topic has different ones, and a little longer, in case that there come
     * more; then ends it.
     */
    void check(TopicReader reader, Evidence evidence, Verdict verdict) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + CATCH_UP.toNanos();
        while (events(rows(reader)) < evidence.distinct() && child.isAlive() && System.nanoTime() < endNs) {
            Thread.sleep(LOOK_MS);
        }
        Thread.sleep(REST_MS);
        verdict.expect(child.isAlive(), "the job ended by itself:%s", child.tail());
        if (child.isAlive()) {
            child.signal("TERM");
            verdict.same("exit code of the job", child.awaitEnd(END), 0);
        }
        Collection<LoopbackByHost> rows = rows(reader);
        verdict.same("events by the job's rows, and different ones in the topic", events(rows), evidence.distinct());
        verdict.same(
                "duplicates by the job's rows, and in the topic",
                rows.stream().mapToLong(LoopbackByHost::getDuplicates).sum(),
                evidence.duplicates());
    }

    private Collection<LoopbackByHost> rows(TopicReader reader) {
        return reader.rows(Topics.LOOPBACK_BY_HOST, host);
    }

    private static long events(Collection<LoopbackByHost> rows) {
        return rows.stream().mapToLong(LoopbackByHost::getEvents).sum();
    }

    @Override
    public void close() {
        child.close();
    }
}
