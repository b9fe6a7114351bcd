package io.skbstream.example;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import io.skbstream.example.ledger.Losses;
import io.skbstream.example.ledger.Sessions;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.TimestampedWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the row of a window: its sums, and what the newest {@link AgentLedger} of each of its sessions says. Ledgers are keyed
 * by host and session, so they are not partitioned as the events are, and every instance has all of them: {@link RecentLedgers}.
 * What it finds there depends on when it looks; everything else in a row does not.
 *
 * <p>Rows of windows that may get events which are not read yet are marked as partial, and kept until they are written again
 * without the mark: when all is read, or when the window is closed. Called by its task's thread.
 */
final class LedgerJoin implements Processor<Windowed<String>, WindowSums, String, LoopbackByHost> {
    static final int TOP_TALKERS = 5;

    /** Of the rows that were last written as partial: their sums, by host and begin of the window. */
    static final String PARTIAL_ROWS = "partial-rows";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** No host has it in its name. */
    private static final char SEPARATOR = 0;

    private static final Logger LOG = LoggerFactory.getLogger(LedgerJoin.class);

    private final Windows windows;
    private final Coverage coverage;
    private final Set<String> warnedOf = new HashSet<>();
    private LedgerDecoder decoder;
    private ProcessorContext<String, LoopbackByHost> context;
    private ReadOnlyKeyValueStore<String, byte[]> ledgers;
    private TimestampedWindowStore<String, WindowSums> sums;
    private TimestampedKeyValueStore<String, WindowSums> partialRows;
    private boolean haveOldOnesToBeMarked;

    LedgerJoin(Windows windows, Coverage coverage) {
        this.windows = windows;
        this.coverage = coverage;
    }

    /** Without a cache, so that a row and its entry are in one transaction. */
    static StoreBuilder<TimestampedKeyValueStore<String, WindowSums>> partialRows() {
        return Stores.timestampedKeyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(PARTIAL_ROWS), Serdes.String(), WindowSums.SERDE)
                .withCachingDisabled();
    }

    /** The host of a key of that store. */
    static String hostOf(String key) {
        return key.substring(0, key.lastIndexOf(SEPARATOR));
    }

    @Override
    public void init(ProcessorContext<String, LoopbackByHost> context) {
        this.context = context;
        decoder = new LedgerDecoder(context.appConfigs());
        ledgers = context.getStateStore(RecentLedgers.STORE);
        sums = context.getStateStore(LoopbackTopology.sumsOf(windows));
        partialRows = context.getStateStore(PARTIAL_ROWS);
        haveOldOnesToBeMarked = coverage.isPartial();
        context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, nowMs -> look());
    }

    private void look() {
        if (haveOldOnesToBeMarked) {
            haveOldOnesToBeMarked = false;
            try (var all = sums.all()) {
                all.forEachRemaining(entry -> write(entry.key, entry.value));
            }
        }
        if (partialRows.approximateNumEntries() > 0) {
            try (var all = partialRows.all()) {
                all.forEachRemaining(entry -> {
                    long startMs = Long.parseLong(entry.key.substring(entry.key.lastIndexOf(SEPARATOR) + 1));
                    if (!isPartial(startMs)) {
                        var window = new TimeWindow(
                                startMs, startMs + windows.length().toMillis());
                        write(new Windowed<>(hostOf(entry.key), window), entry.value);
                    }
                });
            }
        }
    }

    /** Whether a window may get events that are not read yet: one that is closed gets no more. */
    private boolean isPartial(long startMs) {
        return coverage.isPartial() && !windows.isClosed(startMs, context.currentStreamTimeMs());
    }

    @Override
    public void process(Record<Windowed<String>, WindowSums> record) {
        write(record.key(), ValueAndTimestamp.make(record.value(), record.timestamp()));
    }

    private void write(Windowed<String> window, ValueAndTimestamp<WindowSums> sums) {
        long startMs = window.window().start();
        boolean partial = isPartial(startMs);
        if (partial || partialRows.approximateNumEntries() > 0) {
            partialRows.put(window.key() + SEPARATOR + startMs, partial ? sums : null);
        }
        context.forward(new Record<>(window.key(), row(window, sums.value(), partial), sums.timestamp()));
    }

    private LoopbackByHost row(Windowed<String> key, WindowSums sums, boolean partial) {
        List<Optional<AgentLedger>> known = sums.sessions().stream()
                .map(session -> ledger(key.key(), session))
                .toList();
        Optional<AgentLedger> newest = known.isEmpty() ? Optional.empty() : known.get(0);
        boolean all = !known.isEmpty() && known.stream().allMatch(Optional::isPresent);
        List<AgentLedger> found = known.stream().flatMap(Optional::stream).toList();
        int agents = Sessions.atOnce(found);
        if (agents > 1 && warnedOf.add(key.key())) {
            LOG.warn(
                    "{} agents ran at the same time under the host name {}: packets may count several times in its rows; give each a name of"
                            + " its own with --host (sessions {})",
                    agents,
                    key.key(),
                    sums.sessions());
        }
        return new LoopbackByHost(
                key.key(),
                key.window().startTime(),
                key.window().endTime(),
                sums.packets(),
                sums.bytes(),
                sums.events(),
                sums.missing(),
                sums.duplicates(),
                sums.late(),
                sums.histogram(),
                sums.talkers().top(TOP_TALKERS),
                sums.sessions(),
                newest.map(AgentLedger::getHook).orElse(Hook.UNKNOWN),
                newest.map(AgentLedger::getState).orElse(SessionState.UNKNOWN),
                newest.map(AgentLedger::getKernel).orElse(null),
                newest.map(AgentLedger::getTime).orElse(null),
                all ? Losses.byCause(found) : null,
                all ? found.stream().mapToLong(AgentLedger::getSpooled).sum() : null,
                partial,
                agents);
    }

    private Optional<AgentLedger> ledger(String host, long session) {
        try {
            return Optional.ofNullable(ledgers.get(host + '/' + session)).map(decoder::decode);
        } catch (SerializationException
                | RegistryAwayException unreadable) { // kept while the registry did not tell what it is
            return Optional.empty();
        }
    }
}
