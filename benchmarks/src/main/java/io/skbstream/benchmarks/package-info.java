/** Measurements of the whole pipeline, and of the sample consumer, on one machine, with the real jars. */
package io.skbstream.benchmarks;
