package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.SafeText;
import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Broker;
import io.skbstream.demo.part.Consumer;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.Ledger;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.ScratchFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * One run: the parts are started, watched, and ended in the order of the stream, so that nothing is cut off. Runs in the
 * main thread, which the parts are tied to.
 */
final class Demo {
    private static final JvmFlags JVM = JvmFlags.brief();
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration CATCH_UP_TIMEOUT = Duration.ofMinutes(1);

    private final Home home;
    private final Machine machine;
    private final String window;
    private final String http;
    private final Duration length;
    private final Screen screen;
    private final StopSignal stop;

    /**
     * @param machine whose packets are shown
     * @param window length of the windows of the sums, as the consumer's option takes it
     * @param http where the consumer serves its live page, likewise
     * @param length of the run, from the first event; null for until stopped
     */
    Demo(Home home, Machine machine, String window, String http, Duration length, Screen screen, StopSignal stop) {
        this.home = home;
        this.machine = machine;
        this.window = window;
        this.http = http;
        this.length = length;
        this.screen = screen;
        this.stop = stop;
    }

    /**
     * Runs it.
     *
     * @return whether all went well: the agent left with 0 and its ledger balances
     * @throws PartException if a part did not start or ended by itself
     */
    boolean run() throws IOException, InterruptedException {
        try (var folder = ScratchFolder.create();
                var broker = machine.startBroker(home, folder.path(), JVM)) {
            screen.phase("starting Kafka");
            if (!broker.awaitReady(stop)) {
                screen.line("stopped before the stream began");
                return false;
            }
            String servers = broker.bootstrapServers();
            screen.phase("Kafka listens at " + servers + "; starting the agent and the consumer");
            try (var agent = machine.startAgent(home, folder.path(), JVM, broker);
                    var consumer = Consumer.start(
                            home, folder.path(), JVM, servers, List.of("--window", window, "--http", http));
                    var traffic = machine.startTraffic();
                    var feed = new Feed(servers)) {
                var meter = new Meter(feed, servers);
                stream(broker, agent, consumer, feed, meter);
                return end(traffic, agent, consumer, feed, meter);
            } catch (KafkaException e) {
                broker.check(); // that it is gone says more than that it does not answer
                throw e;
            }
        }
    }

    private void stream(Broker broker, Agent agent, Consumer consumer, Feed feed, Meter meter)
            throws InterruptedException {
        boolean titled = false;
        boolean paged = false;
        long endNs = Long.MAX_VALUE;
        while (!stop.isRequested() && System.nanoTime() < endNs) {
            agent.check();
            consumer.check();
            broker.check();
            var page = paged ? Optional.<String>empty() : consumer.page();
            if (page.isPresent()) {
                paged = true;
                screen.page(page.get());
            }
            var rows = feed.poll(TICK);
            if (!titled && feed.first().isPresent()) {
                titled = true;
                screen.title(title(feed.first().get()));
                screen.phase(length == null ? "Ctrl-C ends it" : "for " + length.toSeconds() + " s");
                endNs = length == null ? endNs : System.nanoTime() + length.toNanos();
            }
            screen.show(meter.read(rows), rows);
        }
    }

    private boolean end(Traffic traffic, Agent agent, Consumer consumer, Feed feed, Meter meter)
            throws IOException, InterruptedException {
        screen.phase("stopping");
        traffic.close();
        Optional<Ledger> account = agent.stop();
        if (account.isEmpty()) {
            screen.line("stopped before the stream began");
            return false;
        }
        Ledger ledger = account.get();
        long deadlineNs = System.nanoTime() + CATCH_UP_TIMEOUT.toNanos();
        while (!feed.isConsumed() && System.nanoTime() < deadlineNs) {
            consumer.check();
            show(feed, meter);
        }
        consumer.stop();
        while (!feed.isDrained() && System.nanoTime() < deadlineNs) {
            show(feed, meter);
        }
        screen.phase("stopped");
        screen.line(ledger.json());
        screen.line(ledger.sentence());
        return ledger.balances();
    }

    private void show(Feed feed, Meter meter) throws InterruptedException {
        List<LoopbackByHost> rows = feed.poll(TICK);
        screen.show(meter.read(rows), rows);
    }

    private String title(NetifReceive event) {
        return "skbstream demo: host %s, %s, hook %s"
                .formatted(SafeText.of(event.getHost()), machine.description(), event.getHook());
    }
}
