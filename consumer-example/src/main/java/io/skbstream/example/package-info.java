/**
 * An example to copy: a Kafka Streams job that sums the loopback traffic of each host and says how complete the sums are.
 * Begin with {@link io.skbstream.example.LoopbackTopology}.
 */
package io.skbstream.example;
