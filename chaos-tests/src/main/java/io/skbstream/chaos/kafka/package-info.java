/** The test's own way to the broker, past the proxy: topics, users and ACLs, and what the topics hold. */
package io.skbstream.chaos.kafka;
