/** From the kernel to Avro bytes: the probe, the encoder, and the capture thread, which never waits for Kafka or disk. */
package io.skbstream.producer.capture;
