/** One event as the kernel wrote it, and what its values mean outside the kernel. */
package io.skbstream.producer.event;
