/**
 * The proof: what the kernel counted, as the agents' ledgers tell it, against what is in the topic, session by session.
 * Reads Kafka ({@link io.skbstream.producer.audit.Audit}), judges ({@link io.skbstream.producer.audit.Judge}, which
 * knows nothing of Kafka) and writes reports for people and for machines.
 */
package io.skbstream.producer.audit;
