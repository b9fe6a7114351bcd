package io.skbstream.chaos.schedule;

import io.skbstream.chaos.fault.AgentKilled;
import io.skbstream.chaos.fault.AgentTerminated;
import io.skbstream.chaos.fault.BatchesTooLarge;
import io.skbstream.chaos.fault.BrokerKilled;
import io.skbstream.chaos.fault.BrokerPaused;
import io.skbstream.chaos.fault.BrokerRestarted;
import io.skbstream.chaos.fault.BrokerWiped;
import io.skbstream.chaos.fault.ClockStepped;
import io.skbstream.chaos.fault.CredentialDeleted;
import io.skbstream.chaos.fault.DiskFull;
import io.skbstream.chaos.fault.DiskReadOnly;
import io.skbstream.chaos.fault.Fault;
import io.skbstream.chaos.fault.Network;
import io.skbstream.chaos.fault.RingOverflow;
import io.skbstream.chaos.fault.TopicDeleted;
import io.skbstream.chaos.fault.WriteDenied;
import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Conduct.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Makes schedules out of seeds. Nothing but the seed goes in; {@link Random}'s numbers are fixed by its documentation, so they
 * are the same on every JVM.
 */
public final class ScheduleGenerator {

    static final int MOST_FAULTS = 4;
    static final int LOAD_MS = 4_000;
    static final int FIRST_MS = 200;
    static final int LAST_MS = 3_000;
    static final int SHORTEST_MS = 200;
    static final int LONGEST_MS = 2_500;
    static final long CLOCK_STEP_S = 3_600;

    private static final int TRIES = 50;
    private static final String SMALL_RING = "64KiB";
    private static final int BURST = 60_000;

    /** Between the batches of one event of either name that the traffic's sender goes by. */
    private static final int ONLY_SHORT_NAMES = BatchesTooLarge.BETWEEN_NAMES;

    /** Smaller than any batch. */
    private static final int NOTHING = 80;

    private static final List<String> SPOOLS = List.of("1MiB", "4MiB", "64MiB");
    private static final List<String> POLICIES = List.of("evict-oldest", "refuse-newest");
    private static final int[] REPLAY_RATES = {20_000, 50_000, 200_000};

    private final Random random;

    private ScheduleGenerator(Random random) {
        this.random = random;
    }

    /** The schedule of a seed. */
    public static Schedule generate(long seed) {
        return new ScheduleGenerator(new Random(seed)).schedule(seed);
    }

    /** A schedule in which nothing goes wrong. */
    public static Schedule calm() {
        return new Schedule(0, 5_000, LOAD_MS, "1MiB", SPOOLS.get(1), POLICIES.get(0), REPLAY_RATES[1], List.of());
    }

    /** Seeds of so many schedules, out of one; short enough to be typed. */
    public static List<Long> seeds(long seed, int count) {
        return new Random(seed).longs(count, 1, 1_000_000_000).boxed().toList();
    }

    private Schedule schedule(long seed) {
        int rate = 1_000 * between(1, 8);
        String spoolMax = pick(SPOOLS);
        String policy = pick(POLICIES);
        int replayRate = REPLAY_RATES[random.nextInt(REPLAY_RATES.length)];
        List<PlannedFault> faults = new ArrayList<>();
        int wanted = between(1, MOST_FAULTS);
        for (int tries = 0; faults.size() < wanted && tries < TRIES; tries++) {
            PlannedFault next = plan(rate);
            if (faults.stream().noneMatch(other -> excludes(next, other))) {
                faults.add(next);
            }
        }
        faults.sort(Comparator.comparingInt(PlannedFault::atMs));
        boolean overflows = faults.stream().anyMatch(planned -> planned.fault() instanceof RingOverflow);
        return new Schedule(
                seed,
                rate,
                LOAD_MS,
                overflows ? SMALL_RING : "4MiB",
                spoolMax,
                policy,
                replayRate,
                List.copyOf(faults));
    }

    private static boolean excludes(PlannedFault one, PlannedFault other) {
        return one.fault().target() == other.fault().target() && one.overlaps(other);
    }

    private PlannedFault plan(int rate) {
        int atMs = between(FIRST_MS, LAST_MS);
        int durationMs = between(SHORTEST_MS, LONGEST_MS);
        return new PlannedFault(fault(rate), atMs, durationMs);
    }

    private Fault fault(int rate) {
        List<IntFunction<Fault>> kinds = List.of(
                any -> new BrokerPaused(),
                any -> new BrokerKilled(),
                any -> new BrokerRestarted(),
                any -> new BrokerWiped(),
                any -> new TopicDeleted(),
                any -> new BatchesTooLarge(random.nextBoolean() ? ONLY_SHORT_NAMES : NOTHING),
                any -> new WriteDenied(),
                any -> new CredentialDeleted(),
                any -> network(Kind.DELAY, 10, 300),
                any -> network(Kind.THROTTLE, 10_000, 500_000),
                any -> network(Kind.STALL, 0, 0),
                any -> network(Kind.SWALLOW, 0, 0),
                any -> network(Kind.REFUSE, 0, 0),
                any -> network(Kind.RESET_REQUEST, 200, 100_000),
                any -> network(Kind.RESET_RESPONSE, 0, 2_000),
                any -> new DiskFull(),
                any -> new DiskReadOnly(),
                any -> new ClockStepped(random.nextBoolean() ? CLOCK_STEP_S : -CLOCK_STEP_S),
                any -> new AgentTerminated(),
                any -> new AgentKilled(),
                any -> new RingOverflow(BURST, any));
        return pick(kinds).apply(rate);
    }

    private Fault network(Kind kind, int least, int most) {
        return new Network(new Conduct(kind, most == 0 ? 0 : between(least, most)));
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
