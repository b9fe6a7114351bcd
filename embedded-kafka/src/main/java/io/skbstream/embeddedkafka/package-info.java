/** A real single-node Kafka on 127.0.0.1 that leaves nothing behind but what it is told to keep. */
package io.skbstream.embeddedkafka;
