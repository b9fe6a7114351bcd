package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import java.util.List;

/**
 * What is known of a host at a moment, or what of it has changed.
 *
 * @param name of the host
 * @param newestEventMs time of its newest event, in ms since the epoch; 0 if there is none
 * @param row of its newest window; null if there is none
 * @param ledger the last word of its newest session; null if there is none
 * @param windows in order of time: all that are kept, or those that changed
 */
record HostState(String name, long newestEventMs, LoopbackByHost row, AgentLedger ledger, List<Window> windows) {}
