package io.skbstream.demo;

import java.time.Duration;

/**
 * What the demo knows of the stream at a moment.
 *
 * @param broker where Kafka listens
 * @param eventsPerSecond since the moment before
 * @param events in the topic
 * @param firstRowAfter from the start of this process to the first row of sums; null before
 */
record Status(String broker, long eventsPerSecond, long events, Duration firstRowAfter) {}
