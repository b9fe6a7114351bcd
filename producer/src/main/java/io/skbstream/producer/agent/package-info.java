/** The agent as a whole: probe, five threads, spool and ledger, started and stopped in order. */
package io.skbstream.producer.agent;
