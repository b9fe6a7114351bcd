/** {@code ./skbstream test-chaos}: faults of every kind against the real agent and a real broker, and whether the account holds. */
package io.skbstream.chaos;
