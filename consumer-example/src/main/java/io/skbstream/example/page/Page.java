package io.skbstream.example.page;

import io.skbstream.clients.ProgramException;
import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * A live page of all hosts, for browsers. It reads the topic that the job writes, not the job's own stores: so every instance
 * shows the hosts of all, without asking the others, and what it shows is what any other reader of the topic gets. Nothing on
 * it asks who is there: listen on 127.0.0.1, or behind a proxy that does.
 */
public final class Page implements AutoCloseable {
    private static final long TICK_MS = 1_000;

    private final Fleet fleet = new Fleet();
    private final Broadcast broadcast;
    private final Endpoint endpoint;
    private TopicReader reader;

    /**
     * Answers from now on; there is nothing to see before {@link #read}.
     *
     * @param address port 0 is any free one
     * @throws ProgramException if nobody can listen there
     */
    public Page(InetSocketAddress address) {
        this(address, TICK_MS);
    }

    /** @param tickMs how often open pages are told of changes, at most */
    Page(InetSocketAddress address, long tickMs) {
        broadcast = new Broadcast(fleet, tickMs);
        try {
            endpoint = new Endpoint(address, broadcast);
        } catch (IOException refused) {
            broadcast.close();
            throw new ProgramException(
                    "--http %s: nobody can listen there: %s"
                            .formatted(hostAndPort(address), SystemFailure.ofListening(address, refused)),
                    refused);
        }
    }

    /**
     * Begins to read; call it once.
     *
     * @param settings of a consumer that is in no group
     * @param ledgerTopic where the agents' ledgers are
     */
    public void read(Map<String, Object> settings, String ledgerTopic) {
        reader = new TopicReader(settings, ledgerTopic, fleet);
    }

    /** What to type into a browser. */
    public String url() {
        return "http://" + hostAndPort(endpoint.address()) + '/';
    }

    /** Where rows and ledgers go. */
    Fleet fleet() {
        return fleet;
    }

    /** How many are open. */
    int open() {
        return broadcast.pages();
    }

    @Override
    public void close() {
        endpoint.close();
        broadcast.close();
        if (reader != null) {
            reader.close();
        }
    }

    private static String hostAndPort(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip.isAnyLocalAddress() ? "localhost" : ip.getHostAddress(); // every address: that one is nearest
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
    }
}
