package io.skbstream.producer.capture;

import io.skbstream.producer.libbpf.BpfObject;
import io.skbstream.producer.libbpf.MappedArray;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ports that the program leaves out ({@code struct excluded_ports} of skbstream.h), mapped, so that they may change while it
 * runs. Any thread.
 */
final class ExcludedPorts implements AutoCloseable {

    static final int BYTES = ProbeSettings.MAX_EXCLUDED_PORTS * Short.BYTES;

    private static final int HIGHEST_PORT = 65_535;

    private final MappedArray mapped;
    private boolean closed;

    private ExcludedPorts(MappedArray mapped) {
        this.mapped = mapped;
    }

    /** Maps them, after the object is loaded; there are none yet. */
    static ExcludedPorts of(BpfObject object) {
        return new ExcludedPorts(object.map("excluded_ports").mapArrayToWrite(BYTES));
    }

    /**
     * The same ports, once it is clear that the program can hold them.
     *
     * @throws IllegalArgumentException if there are too many, or one is no TCP port
     */
    static Set<Integer> checked(Collection<Integer> ports) {
        Set<Integer> distinct = Set.copyOf(ports);
        if (distinct.size() > ProbeSettings.MAX_EXCLUDED_PORTS) {
            throw new IllegalArgumentException(
                    "at most " + ProbeSettings.MAX_EXCLUDED_PORTS + " ports, not " + distinct.size());
        }
        for (int port : distinct) {
            if (port <= 0 || port > HIGHEST_PORT) {
                throw new IllegalArgumentException(port + " is no TCP port");
            }
        }
        return distinct;
    }

    /** Leaves out these ports instead of those before; does nothing once closed. */
    synchronized void put(Collection<Integer> ports) {
        if (closed) {
            return;
        }
        List<Integer> sorted = List.copyOf(new TreeSet<>(checked(ports)));
        for (int i = 0; i < ProbeSettings.MAX_EXCLUDED_PORTS; i++) {
            int port = i < sorted.size() ? sorted.get(i) : 0;
            mapped.memory().putShort(i * Short.BYTES, (short) port);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        mapped.close();
    }
}
