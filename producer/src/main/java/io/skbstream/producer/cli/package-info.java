/** The command line: options into settings, failures into one clear line and an exit code. Holds no logic of its own. */
package io.skbstream.producer.cli;
