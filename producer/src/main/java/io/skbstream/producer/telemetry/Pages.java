package io.skbstream.producer.telemetry;

/** The pages of an agent that runs. Any thread. */
final class Pages {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final AgentMeters meters;
    private final Health health;

    Pages(AgentMeters meters, Health health) {
        this.meters = meters;
        this.health = health;
    }

    Page metrics() {
        return new Page(200, PROMETHEUS_TEXT, meters.scrape());
    }

    Page healthz() {
        return health.healthz();
    }

    Page readyz() {
        return health.readyz();
    }
}
