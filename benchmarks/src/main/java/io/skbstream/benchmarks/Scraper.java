package io.skbstream.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads the agent's metrics every second, fifteen times as often as a Prometheus does. */
final class Scraper implements AutoCloseable {
    private final String address;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
        var daemon = new Thread(runnable, "scraper");
        daemon.setDaemon(true);
        return daemon;
    });

    private Scraper(String address) {
        this.address = address;
    }

    static Scraper start() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var scraper = new Scraper("127.0.0.1:" + free.getLocalPort());
            scraper.thread.scheduleAtFixedRate(scraper::scrape, 1, 1, TimeUnit.SECONDS);
            return scraper;
        }
    }

    /** Where the agent is to serve them. */
    String address() {
        return address;
    }

    private void scrape() {
        try {
            client.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException notYetOrNoMore) {
            // The agent is starting, or has ended.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
