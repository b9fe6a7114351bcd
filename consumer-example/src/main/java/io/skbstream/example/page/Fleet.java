package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All hosts with their newest windows, in bounded memory: at most {@link #HOSTS} times {@link #WINDOWS}, some 20 MB. Safe for
 * many threads; one of them drains.
 */
final class Fleet {
    /** Beyond, the host goes that has been silent for longest. */
    static final int HOSTS = 2_000;

    /** Of each host: 20 minutes, where windows are 10 s long. */
    static final int WINDOWS = 120;

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    private final Map<String, Host> hosts = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private boolean connected;
    private boolean connectedWhenDrained;
    private boolean overflowed;

    /**
     * @param eventMs time of the newest event in it by the host's clock, in ms since the epoch
     * @param heardMs when it came, by this machine's clock
     */
    synchronized void take(LoopbackByHost row, long eventMs, long heardMs) {
        host(row.getHost()).take(row, eventMs, heardMs);
        makeRoom();
    }

    /** @param heardMs when it came, by this machine's clock */
    synchronized void take(AgentLedger ledger, long heardMs) {
        host(ledger.getHost()).take(ledger, heardMs);
        makeRoom();
    }

    /** Says whether there is a connection to Kafka, so that silence is not mistaken for that of the hosts. */
    synchronized void connected(boolean now) {
        connected = now;
    }

    synchronized FleetState state() {
        return new FleetState(
                connected, overflowed, hosts.values().stream().map(Host::state).toList(), List.of());
    }

    /** What has changed since the last call; null if nothing has. */
    synchronized FleetState drain() {
        if (changed.isEmpty() && gone.isEmpty() && connected == connectedWhenDrained) {
            return null;
        }
        var states = changed.stream().map(name -> hosts.get(name).drain()).toList();
        var change = new FleetState(connected, overflowed, states, List.copyOf(gone));
        changed.clear();
        gone.clear();
        connectedWhenDrained = connected;
        return change;
    }

    private Host host(String name) {
        changed.add(name);
        gone.remove(name);
        return hosts.computeIfAbsent(name, Host::new);
    }

    private void makeRoom() {
        if (hosts.size() <= HOSTS) {
            return;
        }
        String silent = hosts.entrySet().stream()
                .min(Comparator.comparingLong(entry -> entry.getValue().heardMs()))
                .orElseThrow()
                .getKey();
        hosts.remove(silent);
        changed.remove(silent);
        gone.add(silent);
        if (!overflowed) {
            overflowed = true;
            LOG.warn("more than {} hosts: the live page leaves those out that have been silent for longest", HOSTS);
        }
    }
}
