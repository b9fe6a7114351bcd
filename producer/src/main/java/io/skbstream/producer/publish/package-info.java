/** From Avro bytes to Kafka: client settings, the topic, the publish thread, and what became of each event. */
package io.skbstream.producer.publish;
