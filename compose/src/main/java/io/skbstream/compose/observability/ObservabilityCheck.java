package io.skbstream.compose.observability;

import io.skbstream.compose.observability.Dashboard.Panel;
import io.skbstream.compose.observability.Dashboard.Variable;
import io.skbstream.compose.observability.Prometheus.LoadedRule;
import io.skbstream.compose.observability.Prometheus.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs every query of the dashboard and looks at every alert rule, in a Prometheus that has scraped the agents for some minutes.
 * A query runs with all values of the variables together, and with each one alone. One thread at a time.
 */
public final class ObservabilityCheck {

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\(([^,()]+),\\s*(\\w+)\\)");
    private static final String FROM = "now-";

    private final Prometheus prometheus;
    private final Dashboard dashboard;
    private final DataSource source;
    private final List<AlertRule> alerts;
    private final Duration range;
    private final Instant to;
    private final List<Finding> findings = new ArrayList<>();

    private ObservabilityCheck(Prometheus prometheus, Path folder, Instant to) {
        this.prometheus = prometheus;
        this.dashboard = Dashboard.read(folder.resolve("dashboards/skbstream.json"));
        this.source = DataSource.read(folder.resolve("provisioning/datasources/prometheus.yml"));
        this.alerts = AlertRule.read(folder.resolve("alerts.yml"));
        this.range = Duration.parse("PT" + dashboard.from().substring(FROM.length()));
        this.to = to;
    }

    /**
     * What is wrong; empty if all is well.
     *
     * @param folder compose/observability
     */
    public static List<Finding> findings(Prometheus prometheus, Path folder) {
        var check = new ObservabilityCheck(prometheus, folder, Instant.now());
        check.dashboard();
        check.alerts();
        return List.copyOf(check.findings);
    }

    private void dashboard() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Variable variable : dashboard.variables()) {
            all.put(variable.name(), values(variable));
        }
        List<Interpolation> choices = choices(all);
        for (Panel panel : dashboard.panels()) {
            String where = "panel " + panel.title();
            if (panel.queries().isEmpty()) {
                findings.add(new Finding(where, "", "has no query"));
            }
            panel.queries().forEach(query -> run(where, query, choices));
        }
    }

    private List<String> values(Variable variable) {
        String where = "variable " + variable.name();
        Matcher query = LABEL_VALUES.matcher(variable.query());
        if (!query.matches()) {
            findings.add(new Finding(where, variable.query(), "is not label_values(metric, label)"));
            return List.of();
        }
        try {
            List<String> values = prometheus.labelValues(query.group(1), query.group(2), to.minus(range), to);
            if (values.isEmpty()) {
                findings.add(new Finding(where, variable.query(), "returns no data"));
            }
            return values;
        } catch (RefusedException e) {
            findings.add(new Finding(where, variable.query(), e.getMessage()));
            return List.of();
        }
    }

    /** All values of all variables; then, for each variable, each of its values with all of the others. */
    private List<Interpolation> choices(Map<String, List<String>> all) {
        List<Interpolation> choices = new ArrayList<>();
        choices.add(new Interpolation(range, source.scrapeInterval(), all));
        all.forEach((name, values) -> values.forEach(value -> {
            Map<String, List<String>> chosen = new LinkedHashMap<>(all);
            chosen.put(name, List.of(value));
            choices.add(new Interpolation(range, source.scrapeInterval(), chosen));
        }));
        return choices;
    }

    private void run(String where, String query, List<Interpolation> choices) {
        Set<String> asked = new LinkedHashSet<>();
        try {
            choices.forEach(choice -> asked.add(choice.of(query)));
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(where, query, e.getMessage()));
            return;
        }
        asked.forEach(each -> mustReturnData(where, each, choices.get(0).interval()));
    }

    private void alerts() {
        Map<String, LoadedRule> loaded = prometheus.alertRules().stream()
                .collect(Collectors.toMap(LoadedRule::name, Function.identity(), (one, other) -> one));
        for (AlertRule alert : alerts) {
            String where = "alert " + alert.name();
            problem(loaded.get(alert.name()))
                    .ifPresent(problem -> findings.add(new Finding(where, alert.expr(), problem)));
            mustReturnData(where, alert.watched(), source.scrapeInterval());
        }
    }

    private static Optional<String> problem(LoadedRule rule) {
        if (rule == null) {
            return Optional.of("Prometheus has not loaded it");
        }
        return rule.health().equals("ok")
                ? Optional.empty()
                : Optional.of("its health is " + rule.health() + ": " + rule.lastError());
    }

    private void mustReturnData(String where, String query, Duration step) {
        try {
            if (prometheus.seriesWithData(query, to.minus(range), to, step) == 0) {
                findings.add(new Finding(where, query, "returns no data"));
            }
        } catch (RefusedException e) {
            findings.add(new Finding(where, query, e.getMessage()));
        }
    }
}
