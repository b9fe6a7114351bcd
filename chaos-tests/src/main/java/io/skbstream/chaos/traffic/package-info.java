/** Datagrams in a network namespace of their own, and what the kernel counted of them: the independent witness. */
package io.skbstream.chaos.traffic;
