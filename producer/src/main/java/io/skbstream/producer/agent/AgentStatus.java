package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.Acknowledgements;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.spool.SpoolState;
import java.time.Duration;

/**
 * How an agent stands at one moment, for whoever measures it; immutable.
 *
 * @param record the account; its counts are read a moment apart
 * @param settled whether nothing moved meanwhile, so that the account must balance
 * @param ringUnreadBytes bytes in the ring that were not read yet
 * @param ringBytes size of the ring
 * @param batchesInUse batches that are being filled, wait for the publish thread, or are on their way to Kafka
 * @param batches all batches that there are
 * @param longestBlock how long capture had nowhere to put events, at the longest, while the CPUs were free
 * @param spool how the spool's folder stands
 * @param replayed events that left the spool for Kafka since this agent began, of whatever session
 * @param ledgersRefused ledgers that Kafka refused, of whatever session
 * @param breaker how the circuit breaker stands: CLOSED, OPEN, HALF_OPEN
 * @param acknowledgements whether Kafka acknowledges what is in flight
 * @param registry how it stands with the schema registry
 * @param ending whether the agent takes no more hits, because it was told to stop
 */
public record AgentStatus(
        AgentLedger record,
        boolean settled,
        long ringUnreadBytes,
        long ringBytes,
        int batchesInUse,
        int batches,
        Duration longestBlock,
        SpoolState spool,
        long replayed,
        long ledgersRefused,
        String breaker,
        Acknowledgements.State acknowledgements,
        SchemaIds.State registry,
        boolean ending) {

    /** The account's counts. */
    public Ledger ledger() {
        return Ledger.of(record);
    }
}
