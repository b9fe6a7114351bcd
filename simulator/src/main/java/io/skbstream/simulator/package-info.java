/**
 * A fleet without hosts: records as those of many agents, with every trouble that the contract allows, and beside them the
 * truth that a job's results are to equal. Imports the contract and Kafka's client, nothing else of the project.
 */
package io.skbstream.simulator;
