package io.skbstream.producer.it;

import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A probe without an agent: what the program counts, and what it puts into the ring, which the test reads by itself. */
final class Hits implements AutoCloseable {

    private static final int STEP = 4096;

    /** What the tests need of an event. */
    record Event(long netns, int cpu, long seq, long ktimeNs) {}

    private final NetifReceiveProbe probe;
    private final SkbEvent event = new SkbEvent();
    private final List<Event> events = new ArrayList<>();

    private Hits(NetifReceiveProbe probe) {
        this.probe = probe;
    }

    static Hits with(ProbeSettings settings) {
        return new Hits(Attachment.atFirstOf(Hook.AUTO, settings).probe());
    }

    /** From now on these ports are left out. */
    void exclude(Set<Integer> ports) {
        probe.exclude(ports);
    }

    /** Takes out of the ring what is in it. */
    void read() {
        while (probe.ring().read(this::keep, STEP) > 0) {
            // until the ring is empty
        }
    }

    /** Detaches and reads the rest; after that counts and events are final. */
    Hits end() {
        probe.detach();
        read();
        return this;
    }

    KernelCounts counts() {
        return probe.counts();
    }

    List<DeviceCounts> devices() {
        return probe.devices();
    }

    /** Packets of one network namespace's only device, filtered or not. */
    long packets(long netns) {
        return probe.devices().stream()
                .filter(device -> device.netns() == netns)
                .mapToLong(device -> device.packets())
                .sum();
    }

    /** Events in the order in which they were read. */
    List<Event> events() {
        return events;
    }

    /** How many of them are of one network namespace. */
    long events(long netns) {
        return events.stream().filter(one -> one.netns() == netns).count();
    }

    @Override
    public void close() {
        probe.close();
    }

    private void keep(ByteBuffer memory, int offset) {
        event.wrap(memory, offset);
        events.add(new Event(event.netns(), event.cpu(), event.seq(), event.ktimeNs()));
    }
}
