/** What all programs of skbstream share. Knows nothing of the kernel, nor of any one program. */
package io.skbstream.clients;
