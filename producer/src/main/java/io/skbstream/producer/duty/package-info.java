/** A thread is a duty: one bounded step, repeated, then drained and closed by the thread that ran it. */
package io.skbstream.producer.duty;
