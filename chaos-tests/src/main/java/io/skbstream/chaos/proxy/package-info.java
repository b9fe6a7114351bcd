/** A TCP proxy on loopback that does to connections what networks do: delays, cuts, swallows, resets. */
package io.skbstream.chaos.proxy;
