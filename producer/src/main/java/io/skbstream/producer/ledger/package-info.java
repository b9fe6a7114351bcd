/** The account: every way that an event can go, and the two equations that must balance to zero. */
package io.skbstream.producer.ledger;
