/** A real schema registry on loopback, for tests. */
package io.skbstream.embeddedregistry;
