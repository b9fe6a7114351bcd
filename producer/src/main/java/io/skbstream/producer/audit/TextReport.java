package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.clients.SafeText;
import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** For people: a line for each session, and below it why events are missing. */
public final class TextReport {

    private static final List<String> HEAD = List.of(
            "HOST",
            "SESSION (UTC)",
            "STATE",
            "HITS",
            "LEFT OUT",
            "RECORDS",
            "DISTINCT",
            "DUPLICATES",
            "MISSING",
            "VERDICT");
    private static final int FIRST_NUMBER = 3;
    private static final int AFTER_NUMBERS = 9;
    private static final String UNKNOWN = "-";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PrintWriter out;

    public TextReport(PrintWriter out) {
        this.out = out;
    }

    public void print(AuditReport report) {
        List<List<String>> rows =
                report.sessions().stream().map(TextReport::row).toList();
        int[] widths = new int[HEAD.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = HEAD.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        print(HEAD, widths);
        for (int i = 0; i < rows.size(); i++) {
            print(rows.get(i), widths);
            printDetails(report.sessions().get(i));
        }
        report.unreadable()
                .forEach(poison -> out.printf(
                        Locale.ROOT,
                        "%,d record%s of topic %s cannot be read and %s no part of this; the first: %s%n",
                        poison.count(),
                        poison.count() == 1 ? "" : "s",
                        poison.topic(),
                        poison.count() == 1 ? "is" : "are",
                        SafeText.of(poison.first())));
        report.absence().ifPresent(absence -> out.println(SafeText.of(absence)));
        printSummary(report);
        out.flush();
    }

    private static List<String> row(SessionReport session) {
        return List.of(
                SafeText.of(session.id().host()),
                TIME.format(session.id().start()),
                session.ledger().map(ledger -> ledger.getState().name()).orElse("NO LEDGER"),
                session.ledger().map(ledger -> number(session.hits())).orElse(UNKNOWN),
                session.ledger().map(ledger -> number(session.leftOut())).orElse(UNKNOWN),
                number(session.records()),
                number(session.distinct()),
                number(session.duplicates()),
                number(session.missing()),
                session.verdict().label());
    }

    private void print(List<String> cells, int[] widths) {
        List<String> padded = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            boolean isNumber = column >= FIRST_NUMBER && column < AFTER_NUMBERS;
            padded.add(String.format((isNumber ? "%" : "%-") + widths[column] + "s", cells.get(column)));
        }
        out.println(String.join("  ", padded).stripTrailing());
    }

    private void printDetails(SessionReport session) {
        new TreeMap<>(session.causes()).forEach((cause, events) -> {
            String reasons = cause == Cause.REJECTED
                    ? session.ledger().map(TextReport::reasons).orElse("")
                    : "";
            out.printf(Locale.ROOT, "  %,12d  %-12s  %s%s%n", events, cause.label(), cause.text(), reasons);
        });
        session.problems().forEach(problem -> out.println("  problem: " + SafeText.of(problem)));
        session.notes().forEach(note -> out.println("  note: " + SafeText.of(note)));
    }

    private static String reasons(AgentLedger ledger) {
        StringBuilder reasons = new StringBuilder();
        for (Map.Entry<String, Long> reason : new TreeMap<>(ledger.getRejectedBy()).entrySet()) {
            reasons.append(reasons.isEmpty() ? ": " : ", ").append(SafeText.of(reason.getKey()));
            reasons.append(' ').append(number(reason.getValue()));
        }
        return reasons.toString();
    }

    private void printSummary(AuditReport report) {
        out.printf(
                Locale.ROOT,
                "%s: %,d session%s, %,d events, %,d duplicates, %,d missing, %,d of them unexplained: %s%n",
                report.topic(),
                report.sessions().size(),
                report.sessions().size() == 1 ? "" : "s",
                sum(report, SessionReport::distinct),
                sum(report, SessionReport::duplicates),
                sum(report, SessionReport::missing),
                sum(report, SessionReport::unexplained),
                report.verdict().label());
    }

    private static long sum(AuditReport report, ToLongFunction<SessionReport> count) {
        return report.sessions().stream().mapToLong(count).sum();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
