/** Three brokers, what can go wrong among them, and whether agent, audit and job come through it. */
package io.skbstream.chaos.cluster;
