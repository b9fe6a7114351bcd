package io.skbstream.producer.cli;

import io.skbstream.clients.SafeText;
import io.skbstream.clients.Terminal;
import io.skbstream.producer.audit.Audit;
import io.skbstream.producer.audit.AuditReport;
import io.skbstream.producer.audit.JsonReport;
import io.skbstream.producer.audit.Progress;
import io.skbstream.producer.audit.TextReport;
import io.skbstream.producer.audit.Wanted;
import io.skbstream.schemas.Topics;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code audit}: whether the topic has every event that the agents' kernels numbered, and why not if not. */
@Command(
        name = "audit",
        description =
                "Reads the topics of events and of ledgers, and tells for each host and session whether events are"
                        + " missing, how many and why.",
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:every session is COMPLETE or COMPLETE SO FAR",
            "1:the topics could not be audited, or have no such session",
            "2:not understood",
            "3:LOSS ACCOUNTED: events are lost, each with a cause",
            "4:LOSS UNEXPLAINED: events are missing without a cause",
            "5:UNSETTLED: an agent fell silent and has not settled its account, or NO ACCOUNT: there is"
                    + " no ledger, or nothing of a host or session that was asked for"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        sortOptions = false)
final class AuditCommand implements Callable<Integer> {

    private static final int LOSS_ACCOUNTED = 3;
    private static final int LOSS_UNEXPLAINED = 4;
    private static final int NOT_PROVEN = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.NETIF_RECEIVE,
            description = "Topic of the events. Default: ${DEFAULT-VALUE}")
    private String topic;

    @Option(
            names = "--ledger-topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.LEDGER,
            description = "Topic of the agents' ledgers. Default: ${DEFAULT-VALUE}")
    private String ledgerTopic;

    @Option(names = "--host", paramLabel = "NAME", split = ",", description = "Reports only these hosts.")
    private Set<String> hosts = Set.of();

    @Option(
            names = "--session",
            paramLabel = "START",
            split = ",",
            converter = OfSession.class,
            description =
                    "Reports only these sessions: their start, in ms since the epoch or as 2026-07-27T12:00:00.123Z.")
    private Set<Long> sessions = Set.of();

    @Option(names = "--json", description = "One JSON object a line for each session")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Audit audit = new Audit(
                cluster.settings(),
                cluster.topicName("--topic", topic),
                cluster.topicName("--ledger-topic", ledgerTopic));
        AuditReport report = audit.run(
                new Wanted(hosts, sessions), Terminal.isStderr() ? progressLine() : (name, read, total) -> {});
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            new JsonReport(out).print(report);
            PrintWriter err = spec.commandLine().getErr();
            report.absence().ifPresent(absence -> err.println(SafeText.message(absence)));
            report.unreadable().forEach(poison -> err.println(SafeText.message(poison.toString())));
        } else {
            new TextReport(out).print(report);
        }
        return switch (report.verdict()) {
            case COMPLETE, COMPLETE_SO_FAR -> ExitCode.OK;
            case UNSETTLED, NO_ACCOUNT -> NOT_PROVEN;
            case LOSS_ACCOUNTED -> LOSS_ACCOUNTED;
            case LOSS_UNEXPLAINED -> LOSS_UNEXPLAINED;
        };
    }

    /** One line that is written over and over, once a second, and is gone at the end. */
    private Progress progressLine() {
        PrintWriter err = spec.commandLine().getErr();
        long everyNs = Duration.ofSeconds(1).toNanos();
        return new Progress() {
            private long nextNs = System.nanoTime() + everyNs;
            private boolean shown;

            @Override
            public void at(String name, long read, long total) {
                if (shown && read >= total) {
                    err.print("\r\033[K");
                    shown = false;
                } else if (System.nanoTime() - nextNs > 0) {
                    nextNs = System.nanoTime() + everyNs;
                    shown = true;
                    err.printf("\r%s: %,d of %,d records read\033[K", name, read, total);
                }
                err.flush();
            }
        };
    }

    /** {@code 1790000000123}, or the same as a time. */
    static final class OfSession implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return text.matches("\\d{1,18}")
                        ? Long.parseLong(text)
                        : Instant.parse(text.replace(' ', 'T') + (text.endsWith("Z") ? "" : "Z"))
                                .toEpochMilli();
            } catch (DateTimeException noTime) {
                throw new TypeConversionException("'" + text
                        + "' is no start of a session; write it in ms since the epoch or as 2026-07-27T12:00:00.123Z");
            }
        }
    }
}
