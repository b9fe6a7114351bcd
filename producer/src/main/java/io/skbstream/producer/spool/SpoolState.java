package io.skbstream.producer.spool;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the folder stands, whichever sessions its events are of; immutable.
 *
 * @param bytes size of all segment files
 * @param maxBytes their bound
 * @param events events that wait
 * @param segments segment files
 * @param oldestMs when the oldest waiting event happened, or, after a restart, began to: in milliseconds since the Unix epoch; empty
 *     if none waits
 * @param failing the last error of the disk; empty again once a write works
 */
public record SpoolState(
        long bytes, long maxBytes, long events, int segments, OptionalLong oldestMs, Optional<String> failing) {}
