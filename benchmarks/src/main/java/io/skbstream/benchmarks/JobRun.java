package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Consumer;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.PartException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A sample consumer in a process of its own, as the launcher would start it, and how far it has come. For the main thread. */
final class JobRun implements AutoCloseable {
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final GroupOffsets offsets;
    private final String group;
    private final StopSignal stop;
    private final long startNs = System.nanoTime();
    private final Consumer job;

    private JobRun(GroupOffsets offsets, String group, StopSignal stop, Consumer job) {
        this.offsets = offsets;
        this.group = group;
        this.stop = stop;
        this.job = job;
    }

    /** @param group a fresh one, so that it reads from the begin of the topic */
    static JobRun start(
            Home home, PrivateKafka kafka, GroupOffsets offsets, String group, List<String> options, StopSignal stop) {
        var all = new ArrayList<>(List.of("--application-id", group));
        all.addAll(options);
        var job = Consumer.start(home, kafka.folder(), JvmFlags.steady(), kafka.servers(), all);
        return new JobRun(offsets, group, stop, job);
    }

    /**
     * How far it was at some moment.
     *
     * @param records that it had committed
     * @param atNs by the clock of {@link System#nanoTime}
     * @param cpuNs that its process had used
     */
    record Mark(long records, long atNs, long cpuNs) {
        Pace until(Mark end) {
            return new Pace(end.records - records, (end.atNs - atNs) / 1e9, end.cpuNs - cpuNs);
        }
    }

    Mark start() {
        return new Mark(0, startNs, 0);
    }

    /** @throws PartException if it has ended */
    Mark now() throws IOException, InterruptedException {
        job.check();
        return new Mark(offsets.committed(group), System.nanoTime(), CpuTime.ofProcessNs(job.pid()));
    }

    /**
     * Waits until it has committed so many records.
     *
     * @throws PartException if it has ended, or does not get on, or a signal asked for the end
     */
    Mark awaitCommitted(long wanted) throws IOException, InterruptedException {
        Mark newest = now();
        while (newest.records < wanted) {
            if (stop.await(LOOK_EVERY)) {
                throw PrivateKafka.stopped();
            }
            Mark mark = now();
            if (mark.records > newest.records) {
                newest = mark;
            } else if (mark.atNs - newest.atNs > STALL_TIMEOUT.toNanos()) {
                throw job.failure("has committed nothing for %d s, after %,d of %,d records"
                        .formatted(STALL_TIMEOUT.toSeconds(), mark.records, wanted));
            }
        }
        return newest;
    }

    /** What it holds now; makes it collect its garbage. */
    Memory memory() throws IOException, InterruptedException {
        job.check();
        return Memory.of(job.pid());
    }

    /** Ends it in order. */
    void stop() throws InterruptedException {
        job.stop();
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        job.close();
    }
}
