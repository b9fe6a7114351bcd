package io.skbstream.simulator;

import io.skbstream.simulator.fleet.FleetSettings;
import io.skbstream.simulator.fleet.Trouble;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what the fleet is: the same ones give the same records and the same truth. */
final class FleetOptions {
    private static final Duration DEFAULT_DURATION = Duration.ofMinutes(1);

    /** How far ahead of their own clock brokers take a record by default: message.timestamp.after.max.ms. */
    private static final long MAX_AHEAD_MS = 3_600_000;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of hosts. Default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Option(
            names = "--host-prefix",
            paramLabel = "NAME",
            defaultValue = "sim-",
            description = "Hosts are called this and a number. Default: ${DEFAULT-VALUE}.")
    private String hostPrefix;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "4",
            description = "CPUs of each host. Default: ${DEFAULT-VALUE}.")
    private int cpus;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Events a second of simulated time, of all hosts together; a few hosts have most of them. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Length in simulated time. Default: 1m, without --events.")
    private Optional<Duration> duration = Optional.empty();

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Ends soon after so many events have happened, if that is earlier.")
    private Optional<Long> events = Optional.empty();

    @Option(
            names = "--start",
            paramLabel = "TIMESTAMP",
            description = "Event time of the beginning, such as 2026-11-25T12:00:00Z. Default: now; with another "
                    + "--speed than 1 the begin of a window, --duration ago, and with --too-late another --window + "
                    + "--grace + 2 x --skew ago.")
    private Optional<Instant> start = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "The same seed and options, --start among them, give the same records and truth. Default: a new one, "
                            + "which is printed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Length of the windows of the truth. Default: ${DEFAULT-VALUE}.")
    private Duration window;

    @Option(
            names = "--loss",
            paramLabel = "SHARE",
            defaultValue = "0.001",
            description = "Events that are lost, in runs; with any, the end of a session costs its last ones too. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double loss;

    @Option(
            names = "--duplicates",
            paramLabel = "SHARE",
            defaultValue = "0.001",
            description = "Events that are sent twice, half of them at once, half later. Default: ${DEFAULT-VALUE}.")
    private double duplicates;

    @Option(
            names = "--late",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "Batches that are held back and sent after later ones. Default: ${DEFAULT-VALUE}.")
    private double late;

    @Option(
            names = "--latest",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How late an event is sent at most, in simulated time. Default: ${DEFAULT-VALUE}.")
    private Duration latest;

    @Option(
            names = "--too-late",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Batches that are held back until they are beyond --grace. Default: ${DEFAULT-VALUE}.")
    private double tooLate;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "1m",
            description = "How long after the end of a window the job that is tested takes events for it. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Duration grace;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            defaultValue = "0.05",
            description = "Restarts of each agent in a minute of simulated time on average, half of them by a kill. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double restarts;

    @Option(
            names = "--skew",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "How far a host's clock is off at most, fast or slow. Default: ${DEFAULT-VALUE}.")
    private Duration skew;

    /**
     * For a topic of one partition, as long as nobody has looked.
     *
     * @param speed simulated seconds a second; 0 for as many as possible
     * @throws IllegalArgumentException that names the option, if a value is out of its bounds
     */
    FleetSettings settings(String topic, double speed) {
        if (!(speed >= 0 && speed <= 1e6)) {
            throw new IllegalArgumentException("--speed must be from 0 to 1000000, not " + speed);
        }
        Duration length = duration.orElse(events.isPresent() ? Duration.ofDays(3650) : DEFAULT_DURATION);
        var settings = new FleetSettings(
                seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000_000)),
                hosts,
                hostPrefix,
                cpus,
                rate,
                0,
                length.toMillis(),
                events.orElse(Long.MAX_VALUE),
                window.toMillis(),
                topic,
                1,
                new Trouble(
                        loss,
                        duplicates,
                        late,
                        tooLate,
                        restarts,
                        latest.toMillis(),
                        grace.toMillis(),
                        skew.toMillis()));
        return settings.startingAt(start.map(Instant::toEpochMilli).orElseGet(() -> defaultStartMs(settings, speed)));
    }

    /** Such that no event lies further ahead than a clock may be wrong; in real time, but for those after the silence. */
    private long defaultStartMs(FleetSettings settings, double speed) {
        long aheadMs = settings.trouble().skewMs() + (speed == 1 ? settings.silenceMs() : 0);
        if (aheadMs > MAX_AHEAD_MS) {
            throw new IllegalArgumentException(
                    "events would be up to %d s ahead of the clock, and Kafka takes 1 h unless "
                                    .formatted(aheadMs / 1000)
                            + "message.timestamp.after.max.ms says otherwise; give a --start that is earlier by so much");
        }
        long nowMs = System.currentTimeMillis();
        boolean isOpenEnded = duration.isEmpty() && events.isPresent();
        long lengthMs = settings.silenceMs() + (isOpenEnded ? 0 : settings.durationMs());
        return speed == 1 ? nowMs : settings.windowStartMs(nowMs - lengthMs);
    }

    /** Reads a time such as 500ms, 10s, 5m, 2h or 1d. */
    static Duration duration(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        try {
            if (upper.endsWith("MS")) {
                return Duration.ofMillis(Long.parseLong(upper.substring(0, upper.length() - 2)));
            }
            return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is not a time such as 500ms, 10s, 5m or 2h");
        }
    }
}
