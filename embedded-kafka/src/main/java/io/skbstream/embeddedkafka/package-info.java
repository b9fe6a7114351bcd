/** A real single-node Kafka on 127.0.0.1 that leaves nothing behind. */
package io.skbstream.embeddedkafka;
