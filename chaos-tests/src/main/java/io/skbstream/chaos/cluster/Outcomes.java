package io.skbstream.chaos.cluster;

import io.skbstream.chaos.process.ChaosException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what came of schedules, by fault; a table that can be added to one of an earlier run. Used by one thread. */
final class Outcomes {

    /** The columns. */
    enum Outcome {
        SCHEDULES,
        COMPLETE,
        LOSS_ACCOUNTED,
        REPLAYED,
        DUPLICATES,
        FAILED
    }

    private static final String ALL = "all";
    private static final int NAME_WIDTH = 28;
    private static final Pattern ROW = Pattern.compile("(\\S.*?)((?: +\\d+){%d})".formatted(Outcome.values().length));

    private final Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();

    /** Adds one schedule to its faults' rows, and to that of all. */
    void add(ClusterSchedule schedule, List<Outcome> outcomes) {
        Stream<String> rows = Stream.concat(
                schedule.faults().stream().map(planned -> planned.fault().describe()), Stream.of(ALL));
        rows.forEach(row -> {
            count(row, Outcome.SCHEDULES, 1);
            outcomes.forEach(outcome -> count(row, outcome, 1));
        });
    }

    /** Adds a table that was printed. */
    void add(String table) {
        table.lines().skip(1).forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                throw new ChaosException("this is no row of a table of outcomes: " + line);
            }
            String[] numbers = row.group(2).strip().split(" +");
            for (Outcome outcome : Outcome.values()) {
                count(row.group(1), outcome, Integer.parseInt(numbers[outcome.ordinal()]));
            }
        });
    }

    /** The outcomes of earlier runs in a file; none if there is no file. */
    static Outcomes read(Path file) throws IOException {
        Outcomes earlier = new Outcomes();
        if (Files.exists(file)) {
            earlier.add(Files.readString(file));
        }
        return earlier;
    }

    /** Keeps them in a file. */
    void write(Path file) throws IOException {
        Files.writeString(file, table());
    }

    private void count(String row, Outcome outcome, int more) {
        counts.computeIfAbsent(row, none -> new EnumMap<>(Outcome.class)).merge(outcome, more, Integer::sum);
    }

    /** A line for each fault, and for all schedules. */
    String table() {
        String head = row("fault", Stream.of(Outcome.values()).map(outcome -> outcome.name()
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ')));
        return head
                + counts.keySet().stream()
                        .sorted((one, other) -> one.equals(ALL) ? 1 : other.equals(ALL) ? -1 : one.compareTo(other))
                        .map(name -> row(name, Stream.of(Outcome.values()).map(outcome -> counts.get(name)
                                .getOrDefault(outcome, 0)
                                .toString())))
                        .collect(Collectors.joining());
    }

    private static String row(String name, Stream<String> cells) {
        return String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name)
                + cells.map(cell -> String.format(Locale.ROOT, "%16s", cell)).collect(Collectors.joining())
                + "\n";
    }
}
