/** A schema registry as its clients see it: settings, and the few requests of Confluent's REST API that readers and writers need. */
package io.skbstream.schemas.registry;
