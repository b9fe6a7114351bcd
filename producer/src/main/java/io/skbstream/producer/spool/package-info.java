/** Events on disk while Kafka is away: appended as Avro container files, replayed in order, and counted through crashes. */
package io.skbstream.producer.spool;
