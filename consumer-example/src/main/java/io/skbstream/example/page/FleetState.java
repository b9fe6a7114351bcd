package io.skbstream.example.page;

import java.util.List;

/**
 * The fleet at a moment, or what of it has changed.
 *
 * @param connected whether there is a connection to Kafka
 * @param overflowed whether there are more hosts than are kept
 * @param hosts all, or those that changed
 * @param gone names of hosts that had to make room for others
 */
record FleetState(boolean connected, boolean overflowed, List<HostState> hosts, List<String> gone) {}
