/** The parts of skbstream as child processes: where their jars are, how they start, end, and never outlive us. */
package io.skbstream.demo.part;
