package io.skbstream.producer.cli;

import io.skbstream.clients.SafeText;
import io.skbstream.clients.StopSignal;
import io.skbstream.producer.agent.Agent;
import io.skbstream.producer.agent.AgentSettings;
import io.skbstream.producer.agent.FinalLedger;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.LedgerTopic.Fate;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.producer.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code run}: the agent, until a signal or {@code --duration} ends it. The ledger is its only line on stdout. */
@Command(
        name = "run",
        description = "Streams hits into Kafka until it is stopped; prints the ledger as one JSON line at the end.",
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration STATUS_EVERY = Duration.ofSeconds(10);
    private static final int WAKEUP_BYTES = 256 * 1024;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private ProbeOptions probe;

    @Mixin
    private HookOptions hook;

    @Mixin
    private SpoolOptions spool;

    @Mixin
    private ReplayOptions replay;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Name of this host in the records. Default: its host name.")
    private String host;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "End by itself after 500ms, 20s, 2m, 1h. Default: run until stopped.")
    private Duration duration;

    @Option(
            names = "--shutdown-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Converters.OfDuration.class,
            description = "How long the end may wait for Kafka. Default: ${DEFAULT-VALUE}.")
    private Duration shutdownTimeout;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            converter = Converters.OfListenAddress.class,
            description =
                    "Show /metrics (Prometheus), /healthz and /readyz over HTTP at this address, to whoever can reach"
                            + " it; a port alone is on 127.0.0.1, port 0 any free one. Default: off.")
    private InetSocketAddress metrics;

    @Option(
            names = "--no-guards",
            hidden = true,
            description = "Without circuit breaker and bulkhead: for a benchmark that asks what they cost.")
    private boolean unguarded;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Log lines on stderr for people or for machines. Default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    @Option(
            names = "--print-config",
            description =
                    "Print every setting of Kafka's client, and what is set for a schema registry, as KEY=VALUE, without"
                            + " secrets, and end.")
    private boolean printConfig;

    @Override
    public Integer call() throws Exception {
        logFormat.apply();
        TopicSetup topic = kafka.topic();
        String name = host == null ? Kernel.running().hostName() : host.strip();
        if (printConfig) {
            topic.kafka().shown(name).forEach((key, value) -> System.out.println(SafeText.of(key + "=" + value)));
            return ExitCode.OK;
        }
        AgentSettings settings = new AgentSettings(
                name,
                Skbstream.version(),
                hook.hooks(),
                probe.settings(WAKEUP_BYTES).withBtf(hook.btf()),
                probe.pointer(),
                topic,
                kafka.ledgerTopic(),
                spool.settings(),
                replay.perSecond(),
                probe.findsExcludedPorts(),
                !unguarded);
        StopSignal stop = StopSignal.install();
        Kernel.running().capabilities().require();
        topic.kafka().startCompression();
        topic.kafka()
                .unknownKeys()
                .forEach(key -> LOG.warn("Kafka's client knows no setting {}; is it a typing error?", key));
        FinalLedger last;
        Agent agent;
        try (Telemetry telemetry = metrics == null ? Telemetry.off() : Telemetry.at(metrics)) {
            agent = Agent.start(settings, telemetry.port(), telemetry.latencyNs());
            try {
                telemetry.show(agent);
                announce(agent, settings);
                watch(agent, stop);
            } finally {
                last = agent.stop(shutdownTimeout);
            }
        }
        String line = SafeText.json(last.toJson());
        System.out.println(line);
        agent.check();
        if (System.out.checkError()) {
            LOG.error("stdout takes nothing, so the ledger is told here: {}", line);
            return ExitCode.SOFTWARE;
        }
        return verdict(last);
    }

    private static void announce(Agent agent, AgentSettings settings) {
        Attachment attachment = agent.attachment();
        attachment.refused().forEach(refusal -> LOG.warn("not used: {}", refusal));
        attachment.doubt().ifPresent(doubt -> LOG.warn("{}", doubt));
        Hook hook = attachment.probe().hook();
        LOG.info(
                "capturing at {} ({}) as host {}, session {}; events go to topic {} at {}",
                hook.option(),
                hook.place(),
                settings.host(),
                agent.session(),
                settings.topic().topic(),
                settings.topic().kafka().bootstrapServers());
    }

    /** Reports every ten seconds until it is time to end. */
    private void watch(Agent agent, StopSignal stop) throws InterruptedException {
        long startNs = System.nanoTime();
        long reportAtNs = startNs + STATUS_EVERY.toNanos();
        Ledger last = agent.ledger();
        while (!agent.isBroken()) {
            long leftNs = duration == null ? Long.MAX_VALUE : duration.toNanos() - (System.nanoTime() - startNs);
            if (leftNs <= 0 || stop.await(Duration.ofNanos(Math.min(leftNs, LOOK_EVERY.toNanos())))) {
                return;
            }
            if (System.nanoTime() - reportAtNs >= 0) {
                reportAtNs += STATUS_EVERY.toNanos();
                last = report(agent, last);
            }
        }
    }

    private static Ledger report(Agent agent, Ledger before) {
        Ledger now = agent.ledger();
        LOG.info(String.format(
                Locale.ROOT,
                "%,d hits/s; so far %,d hits, %,d captured, %,d acked, %,d in flight, %,d spooled, %,d lost",
                (now.count(Entry.HITS) - before.count(Entry.HITS)) / STATUS_EVERY.toSeconds(),
                now.count(Entry.HITS),
                now.count(Entry.CAPTURED),
                now.count(Entry.ACKED),
                now.count(Entry.IN_FLIGHT),
                now.count(Entry.SPOOLED),
                now.lost()));
        return now;
    }

    private static int verdict(FinalLedger last) {
        if (last.skipped() > 0) {
            LOG.warn("the kernel skipped the program {} times, so as many packets are in no count", last.skipped());
        }
        if (last.unaccounted() != 0) {
            if (last.notEnded().isEmpty()) {
                LOG.error(
                        "the ledger does not balance: {} events went a way that has no name; this is a defect",
                        last.unaccounted());
            } else {
                LOG.error(
                        "the account is not final: the agent had to end before its threads did ({}), and what became of {} events is"
                                + " not known",
                        String.join(", ", last.notEnded()),
                        last.unaccounted());
            }
            return ExitCode.SOFTWARE;
        }
        Ledger ledger = last.ledger();
        long waiting = ledger.count(Entry.SPOOLED);
        if (waiting > 0) {
            LOG.warn("{} events wait in the spool; the next run sends them, or skbstream spool replay", waiting);
        }
        long notTaken = ledger.lost() - ledger.count(Entry.RING_FULL);
        if (notTaken > 0) {
            LOG.error("{} of {} captured events are lost", notTaken, ledger.count(Entry.CAPTURED));
        }
        if (last.fate() == Fate.REFUSED) {
            LOG.error(
                    "this session's last ledger is not taken, so Kafka has no final account of its events; the warnings above"
                            + " say why. It is kept in the spool folder: once that is mended, the next run sends it, or skbstream"
                            + " spool replay");
        }
        return notTaken > 0 || last.fate() == Fate.REFUSED ? ExitCode.SOFTWARE : ExitCode.OK;
    }
}
