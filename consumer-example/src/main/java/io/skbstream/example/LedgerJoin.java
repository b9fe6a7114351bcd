package io.skbstream.example;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import io.skbstream.example.ledger.Losses;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Makes the row of a window: its sums, and what the newest {@link AgentLedger} of each of its sessions says. Ledgers are keyed
 * by host and session, so they are not partitioned as the events are, and every instance has all of them: {@link RecentLedgers}.
 * What it finds there depends on when it looks; everything else in a row does not. Called by its task's thread.
 */
final class LedgerJoin implements Processor<Windowed<String>, WindowSums, String, LoopbackByHost> {
    static final int TOP_TALKERS = 5;

    private LedgerDecoder decoder;
    private ProcessorContext<String, LoopbackByHost> context;
    private ReadOnlyKeyValueStore<String, byte[]> ledgers;

    @Override
    public void init(ProcessorContext<String, LoopbackByHost> context) {
        this.context = context;
        decoder = new LedgerDecoder(context.appConfigs());
        ledgers = context.getStateStore(RecentLedgers.STORE);
    }

    @Override
    public void process(Record<Windowed<String>, WindowSums> record) {
        String host = record.key().key();
        context.forward(record.withKey(host).withValue(row(record.key(), record.value())));
    }

    private LoopbackByHost row(Windowed<String> key, WindowSums sums) {
        List<Optional<AgentLedger>> known = sums.sessions().stream()
                .map(session -> ledger(key.key(), session))
                .toList();
        Optional<AgentLedger> newest = known.isEmpty() ? Optional.empty() : known.get(0);
        boolean all = !known.isEmpty() && known.stream().allMatch(Optional::isPresent);
        List<AgentLedger> found = known.stream().flatMap(Optional::stream).toList();
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
                all ? found.stream().mapToLong(AgentLedger::getSpooled).sum() : null);
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
