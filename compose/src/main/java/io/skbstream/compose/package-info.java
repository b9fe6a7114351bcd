/** Tests of the local stack while it runs, as {@code docker compose} and its clients see it. */
package io.skbstream.compose;
