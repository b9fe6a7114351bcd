package io.skbstream.producer.doctor;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.KafkaAwayException;
import io.skbstream.producer.publish.KafkaSettings;
import io.skbstream.producer.publish.LocalBrokers;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether a broker is on this host, whose traffic over {@code lo} the agent would see, and whether the kernel leaves it
 * out.
 *
 * @param kafka the cluster that the agent would use
 * @param hook the hook that it would use
 * @param settings of a probe for the proof
 */
record OwnTraffic(KafkaSettings kafka, Hook hook, ProbeSettings settings) {

    private static final String SUBJECT = "own traffic";
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;
    private static final int HIGHEST_PORT = 65_535;

    /** Asks the cluster; if that does not answer, it takes as long as Kafka's {@code default.api.timeout.ms}, ten seconds. */
    Finding examine() throws InterruptedException {
        LocalBrokers brokers;
        try (ClusterVisit visit = new ClusterVisit(kafka)) {
            brokers =
                    LocalBrokers.among(kafka.bootstrapServers(), visit.advertised(), ProbeSettings.MAX_EXCLUDED_PORTS);
        } catch (KafkaAwayException away) {
            return Finding.note(SUBJECT, away.getMessage(), "until it answers, the agent keeps events in its spool");
        } catch (AgentException unusable) {
            return Finding.bad(SUBJECT, unusable.obstacle());
        }
        return brokers.ports().isEmpty()
                ? Finding.ok(SUBJECT, "no broker on this host")
                : proven(excluded(brokers), brokers);
    }

    /** What the agent would do about them. */
    static Finding excluded(LocalBrokers brokers) {
        boolean one = brokers.addresses().size() == 1;
        boolean onePort = brokers.ports().size() == 1;
        String text = "%s at %s %s on this host: TCP %s %s on lo %s excluded in the kernel"
                .formatted(
                        one ? "the broker" : "brokers and controllers",
                        String.join(", ", brokers.addresses()),
                        one ? "is" : "are",
                        onePort ? "port" : "ports",
                        list(brokers.ports()),
                        onePort ? "is" : "are");
        return brokers.beyond().isEmpty()
                ? Finding.ok(SUBJECT, text)
                : Finding.note(
                        SUBJECT,
                        text + ", but not " + list(brokers.beyond()) + ": there is room for "
                                + brokers.ports().size(),
                        "name those with most traffic in --exclude-ports");
    }

    private Finding proven(Finding excluded, LocalBrokers brokers) {
        int port = brokers.ports().first();
        int other = portBeside(brokers.ports());
        try (ExclusionTest test = ExclusionTest.attach(hook, settings, brokers.ports())) {
            ExclusionTest.Outcome outcome = test.run(port, other);
            String text =
                    "%s; in a network namespace of its own %d packets of port %d made no event, and %d of port %d made %d"
                            .formatted(
                                    excluded.text(), outcome.filtered(), port, outcome.others(), other, outcome.seen());
            return outcome.isAsExpected()
                    ? new Finding(excluded.status(), SUBJECT, text, excluded.remedy())
                    : Finding.bad(SUBJECT, text, "leave lo out with --device, and report this");
        } catch (AgentException refused) { // the agent does without CAP_SYS_ADMIN, a network namespace does not
            return Finding.note(
                    SUBJECT,
                    excluded.text() + "; not proven: " + refused.getMessage(),
                    "sudo ./skbstream doctor has it proven by packets");
        }
    }

    private static int portBeside(Set<Integer> ports) {
        return IntStream.rangeClosed(FIRST_UNPRIVILEGED_PORT, HIGHEST_PORT)
                .filter(port -> !ports.contains(port))
                .findFirst()
                .orElseThrow();
    }

    private static String list(SortedSet<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
