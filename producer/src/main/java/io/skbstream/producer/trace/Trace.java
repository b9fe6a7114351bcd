package io.skbstream.producer.trace;

import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.libbpf.MappedRing;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;

/** Prints the hits of a probe until told to end. Used by one thread, which owns the probe's ring while it runs. */
public final class Trace {

    private static final int POLL_TIMEOUT_MS = 10;
    private static final int HITS_PER_FLUSH = 256;

    private final NetifReceiveProbe probe;
    private final PrintWriter out;
    private final MappedRing.RecordHandler handler;
    private final long limit;
    private long printed;

    /** @param limit how many hits to print at most */
    public Trace(NetifReceiveProbe probe, HitPrinter printer, PrintWriter out, long limit) {
        this.probe = probe;
        this.out = out;
        this.limit = limit;
        SkbEvent event = new SkbEvent();
        this.handler = (memory, offset) -> printer.print(event.wrap(memory, offset));
    }

    /**
     * Prints hits until {@code ended} says so, then the rest of the ring. The limit ends it too, and so does an output that
     * takes nothing.
     *
     * @return the kernel's final counts
     */
    public KernelCounts run(BooleanSupplier ended) {
        while (!ended.getAsBoolean() && printed < limit && !out.checkError()) {
            if (step() == 0) {
                probe.ring().await(POLL_TIMEOUT_MS);
            }
        }
        probe.detach();
        while (!out.checkError() && step() > 0) {
            // until the ring is empty
        }
        return probe.counts();
    }

    /** Hits printed so far. */
    public long printed() {
        return printed;
    }

    private int step() {
        int taken = probe.ring().read(handler, (int) Math.min(HITS_PER_FLUSH, limit - printed));
        printed += taken;
        if (taken > 0) {
            out.flush();
        }
        return taken;
    }
}
