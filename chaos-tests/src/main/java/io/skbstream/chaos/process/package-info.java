/** The broker, the agent and other programs as processes that can be stopped, killed and started again. */
package io.skbstream.chaos.process;
