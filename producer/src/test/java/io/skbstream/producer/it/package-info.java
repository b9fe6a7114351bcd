/** The real agent jar against a live kernel and a real broker. */
package io.skbstream.producer.it;
