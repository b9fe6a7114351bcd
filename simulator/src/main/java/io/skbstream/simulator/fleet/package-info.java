/**
 * The simulated hosts, and the truth about what they sent. Pure: no Kafka, no wall clock, no threads; the same settings give
 * the same records and the same truth. Begin with {@link io.skbstream.simulator.fleet.Fleet}.
 */
package io.skbstream.simulator.fleet;
