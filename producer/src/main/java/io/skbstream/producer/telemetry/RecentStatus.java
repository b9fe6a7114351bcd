package io.skbstream.producer.telemetry;

import io.skbstream.producer.agent.AgentStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** An agent's status, at most 200 ms old: reading it costs system calls, however many ask. Any thread. */
final class RecentStatus implements Supplier<AgentStatus> {

    private static final long FRESH_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Supplier<AgentStatus> source;
    private final LongSupplier nowNs;
    private AgentStatus status;
    private long readAtNs;

    RecentStatus(Supplier<AgentStatus> source) {
        this(source, System::nanoTime);
    }

    RecentStatus(Supplier<AgentStatus> source, LongSupplier nowNs) {
        this.source = source;
        this.nowNs = nowNs;
    }

    @Override
    public synchronized AgentStatus get() {
        if (status == null || nowNs.getAsLong() - readAtNs > FRESH_NS) {
            status = source.get();
            readAtNs = nowNs.getAsLong();
        }
        return status;
    }
}
