package io.skbstream.compose.observability;

/**
 * Something that a person at the dashboard would miss.
 *
 * @param where the panel, variable or alert
 * @param query as Prometheus was asked; empty if there is none
 * @param problem what is wrong with it
 */
public record Finding(String where, String query, String problem) {}
