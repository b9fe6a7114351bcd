package io.skbstream.simulator.fleet;

import io.skbstream.avro.NetifReceive;
import java.util.Locale;

/**
 * The truth about one host in one window of event time. Written by the {@link Host} only; once the fleet has
 * {@linkplain Fleet#finish finished} it is what a reader of the whole topic must find.
 */
public final class WindowTruth {
    long packets;
    long bytes;
    long events;
    long duplicates;
    long missing;
    long missingInTime;
    long late;
    long tooLate;
    long tooLatePackets;
    long tooLateBytes;
    long cameTooLate;

    WindowTruth() {}

    /** An event of this window is sent for the first time. */
    void sent(NetifReceive event, boolean isLate, boolean isTooLate) {
        boolean lo = event.getDevice().equals("lo");
        events++;
        late += isLate ? 1 : 0;
        tooLate += isTooLate ? 1 : 0;
        if (lo) {
            packets++;
            bytes += event.getLen();
            tooLatePackets += isTooLate ? 1 : 0;
            tooLateBytes += isTooLate ? event.getLen() : 0;
        }
    }

    void add(WindowTruth other) {
        packets += other.packets;
        bytes += other.bytes;
        events += other.events;
        duplicates += other.duplicates;
        missing += other.missing;
        missingInTime += other.missingInTime;
        late += other.late;
        tooLate += other.tooLate;
        tooLatePackets += other.tooLatePackets;
        tooLateBytes += other.tooLateBytes;
        cameTooLate += other.cameTooLate;
    }

    /** Members of a JSON object, without its braces; docs/simulate.md says what each is. */
    String toJsonMembers() {
        return String.format(
                Locale.ROOT,
                "\"packets\":%d,\"bytes\":%d,\"events\":%d,\"duplicates\":%d,\"missing\":%d,\"missing_in_time\":%d,"
                        + "\"late\":%d,\"too_late\":%d,\"too_late_packets\":%d,\"too_late_bytes\":%d,\"came_too_late\":%d",
                packets,
                bytes,
                events,
                duplicates,
                missing,
                missingInTime,
                late,
                tooLate,
                tooLatePackets,
                tooLateBytes,
                cameTooLate);
    }
}
