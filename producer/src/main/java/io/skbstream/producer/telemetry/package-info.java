/** What an agent shows of itself over HTTP: metrics in Prometheus' text format, whether it is well, and whether it is ready. */
package io.skbstream.producer.telemetry;
