package io.skbstream.compose.observability;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts values in the place of a query's variables, in the way of Grafana with a Prometheus data source. */
final class Interpolation {

    private static final int MOST_POINTS = 1000; // about the width of a panel in pixels
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)})");
    private static final Pattern SPECIAL_IN_REGEX = Pattern.compile("[\\^$*+?.()|\\[\\]{}]");

    private final Map<String, String> values = new HashMap<>();
    private final Duration interval;

    /**
     * @param range the time that the dashboard shows
     * @param scrapeInterval as the data source is set to
     * @param chosen the chosen values of each of the dashboard's variables
     */
    Interpolation(Duration range, Duration scrapeInterval, Map<String, List<String>> chosen) {
        interval = longer(scrapeInterval, range.dividedBy(MOST_POINTS));
        values.put("__range", seconds(range));
        values.put("__interval", seconds(interval));
        values.put("__rate_interval", seconds(longer(interval.plus(scrapeInterval), scrapeInterval.multipliedBy(4))));
        chosen.forEach((name, several) -> values.put(name, asRegex(several)));
    }

    /** The distance of two points. */
    Duration interval() {
        return interval;
    }

    /** @throws IllegalArgumentException if the query has a variable that nobody defined */
    String of(String query) {
        return VARIABLE.matcher(query).replaceAll(found -> Matcher.quoteReplacement(value(found)));
    }

    private String value(MatchResult found) {
        String name = found.group(1) != null ? found.group(1) : found.group(2);
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("nobody defines the variable " + found.group());
        }
        return value;
    }

    /** Escaped twice, for the regex and for the string in quotes that it is in. */
    private static String asRegex(List<String> several) {
        List<String> escaped = several.stream()
                .map(one ->
                        SPECIAL_IN_REGEX.matcher(one.replace("\\", "\\\\\\\\")).replaceAll("\\\\\\\\$0"))
                .toList();
        return escaped.size() == 1 ? escaped.get(0) : escaped.stream().collect(Collectors.joining("|", "(", ")"));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static String seconds(Duration time) {
        return Math.max(1, time.toSeconds()) + "s";
    }
}
