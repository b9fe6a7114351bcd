package io.skbstream.chaos.cluster;

import io.skbstream.chaos.process.AgentOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;

/**
 * One run: how the agent is set up, and what goes wrong, one after the other; immutable.
 *
 * @param seed what all the rest comes from
 * @param rate datagrams a second
 * @param secured whether the agent comes with TLS
 * @param brisk whether its client gives up early, or as Kafka does by default
 * @param faults different ones
 */
record ClusterSchedule(long seed, int rate, boolean secured, boolean brisk, List<Planned> faults) {

    static final int MOST_FAULTS = 3;
    static final int LONGEST_MS = 4_000;

    private static final int SHORTEST_MS = 200;
    private static final int LONGEST_GAP_MS = 1_500;
    private static final int MOST_RATE = 3;

    /**
     * A fault and its time.
     *
     * @param afterMs when it begins, after the end of the one before
     * @param durationMs how long it lasts
     */
    record Planned(ClusterFault fault, int afterMs, int durationMs) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%s after %.1f s for %.1f s", fault.describe(), afterMs / 1e3, durationMs / 1e3);
        }
    }

    /** The schedule of a seed, the same whenever and wherever. */
    static ClusterSchedule of(long seed) {
        Random random = random(seed);
        boolean secured = random.nextBoolean();
        boolean brisk = random.nextInt(3) > 0;
        int rate = 1_000 * (1 + random.nextInt(MOST_RATE));
        Set<ClusterFault> left = EnumSet.allOf(ClusterFault.class);
        if (!secured) {
            left.remove(ClusterFault.CERTIFICATES_ROTATED);
        }
        List<Planned> faults = new ArrayList<>();
        int wanted = 1 + random.nextInt(MOST_FAULTS);
        while (faults.size() < wanted) {
            ClusterFault fault = List.copyOf(left).get(random.nextInt(left.size()));
            left.remove(fault);
            int afterMs = SHORTEST_MS + random.nextInt(LONGEST_GAP_MS);
            faults.add(new Planned(fault, afterMs, SHORTEST_MS + random.nextInt(LONGEST_MS - SHORTEST_MS)));
        }
        return new ClusterSchedule(seed, rate, secured, brisk, List.copyOf(faults));
    }

    /** The topic of its events; the names of its other topics begin with that. */
    String topic() {
        return "chaos.cluster-" + seed;
    }

    /** Numbers for what a fault chooses. */
    Random choices() {
        return random(~seed);
    }

    /** The host of its agents: its events go to another partition when {@link ClusterFault#PARTITIONS_ADDED}. */
    String host() {
        String host = AgentOptions.HOST + "-" + seed;
        while (partitionOf(host, ClusterFault.MORE_PARTITIONS) == 0) {
            host += "x";
        }
        return host;
    }

    /** The partition of a host's events, as Kafka's producers choose it by default. */
    static int partitionOf(String host, int partitions) {
        return Utils.toPositive(Utils.murmur2(host.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    boolean has(ClusterFault fault) {
        return faults.stream().anyMatch(planned -> planned.fault() == fault);
    }

    /** All of it in one line. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "seed %d, %s, %s client, %,d/s: %s",
                seed,
                secured ? "TLS" : "plain",
                brisk ? "brisk" : "default",
                rate,
                faults.stream().map(Planned::toString).collect(Collectors.joining("; ")));
    }

    /** Java's generator gives seeds that follow each other first numbers that do as well: so they are mixed before, as Murmur's hash does it. */
    private static Random random(long seed) {
        long mixed = (seed ^ seed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return new Random(mixed ^ mixed >>> 33);
    }
}
