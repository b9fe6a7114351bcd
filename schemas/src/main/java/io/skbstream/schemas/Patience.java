package io.skbstream.schemas;

import io.skbstream.schemas.registry.RegistryAwayException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a registry that is away, but neither for ever nor once it is closed: its restart should disturb no reader. Any thread. */
final class Patience implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration DEFAULT = Duration.ofSeconds(10);
    private static final long PAUSE_MS = 1_000;
    private static final long COMPLAIN_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

    private final Duration limit;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong complainAtNs = new AtomicLong(System.nanoTime());

    Patience(Duration limit) {
        this.limit = limit;
    }

    /** @throws ConfigException if {@link AvroDeserializer#REGISTRY_WAIT_CONFIG} is no number of milliseconds */
    static Patience configured(Map<String, ?> settings) {
        Object given = settings.get(AvroDeserializer.REGISTRY_WAIT_CONFIG);
        if (given == null) {
            return new Patience(DEFAULT);
        }
        if (!given.toString().strip().matches("\\d{1,9}")) {
            throw new ConfigException(
                    AvroDeserializer.REGISTRY_WAIT_CONFIG, given, "write a number of milliseconds, as 10000");
        }
        return new Patience(Duration.ofMillis(Long.parseLong(given.toString().strip())));
    }

    /**
     * Asks until there is an answer; once a second, at first at once.
     *
     * @throws RegistryAwayException if there is none in time, or until {@link #close}
     * @throws InterruptException if the thread is interrupted
     */
    <T> T ask(Supplier<T> question) {
        long startNs = System.nanoTime();
        while (true) {
            try {
                return question.get();
            } catch (RegistryAwayException away) {
                complain(away);
                if (System.nanoTime() - startNs >= limit.toNanos() || isClosedAfterAPause()) {
                    throw away;
                }
            }
        }
    }

    /** Lets nobody wait any more; an answer that is there at once is still taken. */
    @Override
    public void close() {
        closed.countDown();
    }

    private void complain(RegistryAwayException away) {
        long nowNs = System.nanoTime();
        long dueNs = complainAtNs.get();
        if (nowNs - dueNs >= 0 && complainAtNs.compareAndSet(dueNs, nowNs + COMPLAIN_EVERY_NS)) {
            LOG.warn("{}; waiting for it", away.getMessage());
        }
    }

    private boolean isClosedAfterAPause() {
        try {
            return closed.await(Math.min(PAUSE_MS, limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
