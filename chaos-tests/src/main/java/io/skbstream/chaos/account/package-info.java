/** What agent, audit, topics and the kernel say of the same events, and whether they agree. */
package io.skbstream.chaos.account;
