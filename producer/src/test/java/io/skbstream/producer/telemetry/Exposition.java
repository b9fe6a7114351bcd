package io.skbstream.producer.telemetry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Prometheus' text format, read back: the value of each series, by its name and its labels but for host and hook. */
public final class Exposition {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Set<String> COMMON = Set.of("host", "hook");

    private final Map<String, Double> series = new HashMap<>();
    private final Map<String, String> types = new TreeMap<>();

    public Exposition(String text) {
        text.lines().forEach(this::read);
    }

    /** @param labels such as {@code state="open"}, by the order of their names */
    public double value(String name, String... labels) {
        String key = name + Arrays.toString(labels);
        Double value = series.get(key);
        if (value == null) {
            throw new AssertionError("no series " + key + "; there are " + new TreeSet<>(series.keySet()));
        }
        return value;
    }

    /** Sum of every series of that name. */
    public double sum(String name) {
        return series.entrySet().stream()
                .filter(one -> one.getKey().startsWith(name + "["))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    public long count(String name) {
        return series.keySet().stream()
                .filter(key -> key.startsWith(name + "["))
                .count();
    }

    /** Name and type of each metric. */
    Map<String, String> types() {
        return types;
    }

    private void read(String line) {
        if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ");
            types.put(words[2], words[3]);
        } else if (!line.startsWith("#")) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("not a sample: " + line);
            }
            String labels = sample.group(2) == null ? "" : sample.group(2);
            String own = LABEL.matcher(labels)
                    .results()
                    .filter(label -> !COMMON.contains(label.group(1)))
                    .map(MatchResult::group)
                    .sorted()
                    .collect(Collectors.joining(", ", "[", "]"));
            series.put(sample.group(1) + own, Double.valueOf(sample.group(3).replace("Inf", "Infinity")));
        }
    }
}
