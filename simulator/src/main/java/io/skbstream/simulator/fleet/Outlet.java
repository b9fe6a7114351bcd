package io.skbstream.simulator.fleet;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;

/** Takes what the fleet sends, one after the other, on the thread that drives the {@link Fleet}. */
public interface Outlet {
    void event(NetifReceive event);

    void ledger(AgentLedger ledger);
}
