/** What the agents' ledgers say was lost. */
package io.skbstream.example.ledger;
