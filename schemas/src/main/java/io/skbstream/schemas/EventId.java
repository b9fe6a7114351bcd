package io.skbstream.schemas;

/**
 * What identifies one event, a {@link io.skbstream.avro.NetifReceive}, wherever and however often it is found.
 *
 * @param host name of the host
 * @param session start of its agent, in milliseconds since the Unix epoch
 * @param cpu CPU that processed the packet
 * @param seq number within (host, session, cpu), from 0; one that is missing is an event that was lost
 */
public record EventId(String host, long session, int cpu, long seq) {}
