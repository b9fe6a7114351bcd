/** What the running kernel offers and what this process may do there, read from /proc and /sys. */
package io.skbstream.producer.kernel;
