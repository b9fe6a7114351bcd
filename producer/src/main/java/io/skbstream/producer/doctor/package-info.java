/** Whether the agent can run here, why not, and what to do; proven by real packets. */
package io.skbstream.producer.doctor;
