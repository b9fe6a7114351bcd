/** The agent as a whole: probe, two threads and ledger, started and stopped in order. */
package io.skbstream.producer.agent;
