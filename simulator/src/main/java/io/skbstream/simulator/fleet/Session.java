package io.skbstream.simulator.fleet;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** The account of one agent from its start to its end, and its numbering. Mutable, for one thread. */
final class Session {
    private static final long NETNS_COOKIE = 1; // a host's first namespace
    private static final String REASON = "RecordTooLargeException"; // as Kafka names it

    private final String host;
    private final long id;
    private final long offsetNs;
    private final Traffic traffic;
    private final String topic;
    private final Sequence[] sequences;
    private final Losses[] losses;
    private final long[] lost = new long[LossCause.values().length];
    private final long[] devicePackets = new long[Traffic.DEVICES.size()];
    private final long[] deviceBytes = new long[Traffic.DEVICES.size()];
    private SessionState state = SessionState.RUNNING;
    private long hits;
    private long bytes;
    private long acked;
    private long spooled;
    private long replayed;
    private long duplicates;

    /**
     * @param id start in ms since the Unix epoch, by the host's clock
     * @param offsetNs how far that clock is fast
     */
    Session(FleetSettings settings, String host, long id, long offsetNs, Traffic traffic, SplittableRandom random) {
        this.host = host;
        this.id = id;
        this.offsetNs = offsetNs;
        this.traffic = traffic;
        topic = settings.topic();
        sequences = new Sequence[settings.cpus()];
        losses = new Losses[settings.cpus()];
        for (int cpu = 0; cpu < sequences.length; cpu++) {
            sequences[cpu] = new Sequence();
            losses[cpu] = new Losses(settings.trouble().loss(), random);
        }
    }

    long id() {
        return id;
    }

    long offsetNs() {
        return offsetNs;
    }

    Sequence sequence(int cpu) {
        return sequences[cpu];
    }

    Losses losses(int cpu) {
        return losses[cpu];
    }

    /** The kernel has numbered it, whatever comes of it. */
    void hit(NetifReceive event) {
        hits++;
        bytes += event.getLen();
        for (int i = 0; i < devicePackets.length; i++) {
            if (Traffic.DEVICES.get(i).ifindex() == event.getIfindex()) {
                devicePackets[i]++;
                deviceBytes[i] += event.getLen();
            }
        }
    }

    void lose(LossCause cause) {
        lost[cause.ordinal()]++;
    }

    /** These wait in the spool. */
    void spool(int count) {
        spooled += count;
    }

    /** One is sent for the first time. */
    void send(boolean fromSpool) {
        acked++;
        if (fromSpool) {
            spooled--;
            replayed++;
        }
    }

    void sendAgain() {
        duplicates++;
    }

    void end(boolean killed) {
        state = killed ? SessionState.KILLED : SessionState.STOPPED;
    }

    long hits() {
        return hits;
    }

    /** Of every cause. */
    long lost() {
        long sum = 0;
        for (long count : lost) {
            sum += count;
        }
        return sum;
    }

    /** Lost numbers that no number sent follows. */
    long trailing() {
        long sum = 0;
        for (Sequence sequence : sequences) {
            sum += sequence.trailing();
        }
        return sum;
    }

    private long lost(LossCause cause) {
        return lost[cause.ordinal()];
    }

    /**
     * The account as it stands. Of a killed session the agent's counts are those of an agent that had looked just before: what
     * the kill cost is {@code hits - ringFull - captured}.
     *
     * @param nowNs in ns of simulated time since the Unix epoch
     */
    AgentLedger ledger(long nowNs) {
        long captured = hits - lost(LossCause.RING_FULL) - lost(LossCause.KILLED);
        long rejected = lost(LossCause.REJECTED);
        List<CpuSequence> given = new ArrayList<>();
        for (int cpu = 0; cpu < sequences.length; cpu++) {
            given.add(new CpuSequence(cpu, sequences[cpu].next()));
        }
        List<DeviceTotal> devices = new ArrayList<>();
        for (int i = 0; i < devicePackets.length; i++) {
            if (devicePackets[i] > 0) {
                Traffic.Device device = Traffic.DEVICES.get(i);
                devices.add(new DeviceTotal(
                        traffic.netns(),
                        NETNS_COOKIE,
                        device.ifindex(),
                        device.name(),
                        devicePackets[i],
                        deviceBytes[i]));
            }
        }
        return AgentLedger.newBuilder()
                .setHost(host)
                .setSession(id)
                .setTime(Instant.ofEpochMilli((nowNs + offsetNs) / 1_000_000))
                .setState(state)
                .setHook(traffic.hook())
                .setKernel("simulated")
                .setVersion("simulator")
                .setTopic(topic)
                .setHits(hits)
                .setBytes(bytes)
                .setFiltered(0)
                .setSampledOut(0)
                .setRateLimited(0)
                .setRingFull(lost(LossCause.RING_FULL))
                .setCaptured(captured)
                .setAcked(acked)
                .setSpooled(spooled)
                .setEvicted(lost(LossCause.EVICTED))
                .setRejected(rejected)
                .setSpoolFailed(lost(LossCause.SPOOL_FAILED))
                .setAbandoned(lost(LossCause.ABANDONED))
                .setInFlight(0)
                .setReplayed(replayed)
                .setUnattributed(0)
                .setRejectedBy(rejected == 0 ? Map.of() : Map.of(REASON, rejected))
                .setSequences(given)
                .setDevices(devices)
                .setLogs(List.of())
                .setCountsFinal(state != SessionState.RUNNING)
                .build();
    }

    /** The line of the truth about this session. */
    String toJson() {
        var byCause = new StringBuilder();
        for (LossCause cause : LossCause.values()) {
            byCause.append(byCause.length() == 0 ? "" : ",")
                    .append('"')
                    .append(cause.key())
                    .append("\":")
                    .append(lost(cause));
        }
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"session\",\"host\":\"%s\",\"session\":%d,\"state\":\"%s\",\"hits\":%d,\"events\":%d,"
                        + "\"duplicates\":%d,\"lost\":{%s},\"trailing\":%d}",
                host,
                id,
                state,
                hits,
                acked,
                duplicates,
                byCause,
                trailing());
    }
}
