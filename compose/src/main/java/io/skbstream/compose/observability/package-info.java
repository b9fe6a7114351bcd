/**
 * Holds the Grafana dashboard and the alert rules of the local stack against a live Prometheus: every query is run as Grafana
 * would run it, and must return data.
 */
package io.skbstream.compose.observability;
