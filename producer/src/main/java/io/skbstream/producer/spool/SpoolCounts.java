package io.skbstream.producer.spool;

import java.util.Map;

/**
 * What became of the current session's events that the spool was given; immutable. Together, they are all of them.
 *
 * @param spooled events that wait in the folder now
 * @param evicted events that the bound of bytes or age cost
 * @param failed events that the disk did not take or keep
 * @param acked events that were replayed and acknowledged
 * @param rejectedBy events that were replayed and refused for good, by reason
 */
public record SpoolCounts(long spooled, long evicted, long failed, long acked, Map<String, Long> rejectedBy) {}
