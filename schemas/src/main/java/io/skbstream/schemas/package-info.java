/**
 * The contract between the agent and everyone who reads its topics: topic names, released schemas, and a Kafka serde for
 * Avro's single-object encoding and for the wire format of Confluent's registry.
 */
package io.skbstream.schemas;
