package io.skbstream.example.page;

import io.skbstream.avro.LoopbackByHost;

/** The numbers of a row that are kept for each of a host's windows; see LoopbackByHost.avsc for what they count. */
record Window(
        long startMs,
        long endMs,
        long packets,
        long bytes,
        long events,
        long missing,
        long duplicates,
        long late,
        boolean partial,
        int agents) {

    /** How many events came for it. */
    long came() {
        return events + duplicates;
    }

    static Window of(LoopbackByHost row) {
        return new Window(
                row.getWindowStart().toEpochMilli(),
                row.getWindowEnd().toEpochMilli(),
                row.getPackets(),
                row.getBytes(),
                row.getEvents(),
                row.getMissing(),
                row.getDuplicates(),
                row.getLate(),
                row.getPartial(),
                row.getAgents());
    }
}
