/** Hits on the terminal, one line each, without Kafka. */
package io.skbstream.producer.trace;
