package io.skbstream.chaos.fault;

import io.skbstream.chaos.kafka.BrokerAdmin;
import io.skbstream.chaos.process.AgentLives;
import io.skbstream.chaos.process.BrokerProcess;
import io.skbstream.chaos.process.SpoolDisk;
import io.skbstream.chaos.process.SteppedClock;
import io.skbstream.chaos.proxy.Proxy;
import io.skbstream.chaos.traffic.Traffic;

/**
 * All that faults can be done to.
 *
 * @param broker the broker's process
 * @param admin what an administrator can do there
 * @param proxy the agent's only way to the broker
 * @param topic of the events
 * @param ledgerTopic of the agents' ledgers
 * @param disk what the spool lies on
 * @param clock the agent's wall clock
 * @param agents the agent's process, and those before it
 * @param traffic what the agent captures
 */
public record Scene(
        BrokerProcess broker,
        BrokerAdmin admin,
        Proxy proxy,
        String topic,
        String ledgerTopic,
        SpoolDisk disk,
        SteppedClock clock,
        AgentLives agents,
        Traffic traffic) {

    /** Makes what a new broker has to have. */
    public void furnish() throws InterruptedException {
        admin.createUser();
        admin.createTopic(topic);
        admin.createTopic(ledgerTopic);
    }
}
