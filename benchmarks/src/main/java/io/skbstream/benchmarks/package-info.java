/** Measurements of the whole pipeline on one machine, with the real jars. */
package io.skbstream.benchmarks;
