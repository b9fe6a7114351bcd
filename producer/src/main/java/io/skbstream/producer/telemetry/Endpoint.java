package io.skbstream.producer.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small HTTP server, the JDK's own: four threads, a bound on what waits for them, and on how long a client may take. */
final class Endpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
    private static final int THREADS = 4;
    private static final int WAITING = 64;
    private static final long IDLE_S = 30;
    private static final List<String> METHODS = List.of("GET", "HEAD");

    /** The server's sign for it. */
    private static final int NO_BODY = -1;

    /** How long a client may take to send its request, and to take the answer: a thread is its own meanwhile. */
    static final int CLIENT_S = 5;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private volatile Pages pages;

    private Endpoint(HttpServer server) {
        this.server = server;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_S, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    Thread thread = new Thread(work, "metrics-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    /**
     * @param address port 0 is any free one
     * @throws AgentException if nobody can listen there
     */
    static Endpoint listen(InetSocketAddress address) {
        // The JDK's server has no other way to be told, and reads it once.
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(CLIENT_S));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(CLIENT_S));
        try {
            Endpoint endpoint = new Endpoint(HttpServer.create(address, WAITING));
            endpoint.server.start();
            return endpoint;
        } catch (IOException refused) {
            throw new AgentException(
                    "--metrics " + hostAndPort(address) + ": nobody can listen there: "
                            + SystemFailure.ofListening(address, refused),
                    refused);
        }
    }

    /** Where it listens: {@code 127.0.0.1:9464}, or {@code 0.0.0.0:9464} if on every address. */
    String hostAndPort() {
        return hostAndPort(server.getAddress());
    }

    /** The TCP port that it listens on. */
    int port() {
        return server.getAddress().getPort();
    }

    /** From now on these are the pages. */
    void show(Pages shown) {
        pages = shown;
    }

    /** Ends at once; who waits for an answer gets none. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Page page;
            try {
                page = page(exchange);
            } catch (RuntimeException defect) {
                LOG.warn("{} cannot be answered", exchange.getRequestURI(), defect);
                page = Page.text(500, "it failed: " + defect);
            }
            byte[] body = page.body();
            exchange.getResponseHeaders().set("Content-Type", page.type());
            if ("HEAD".equals(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(page.code(), NO_BODY);
            } else {
                exchange.sendResponseHeaders(page.code(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Page page(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        if (!"/metrics".equals(path) && !"/healthz".equals(path) && !"/readyz".equals(path)) {
            return Page.text(404, "there are /metrics, /healthz and /readyz");
        }
        if (!METHODS.contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", String.join(", ", METHODS));
            return Page.text(405, "only GET and HEAD");
        }
        Pages shown = pages;
        return switch (path) {
            case "/metrics" -> shown == null ? Page.text(503, "the agent is starting") : shown.metrics();
            case "/healthz" -> shown == null ? Page.text(200, "ok") : shown.healthz();
            default -> shown == null ? Health.starting() : shown.readyz();
        };
    }

    private static String hostAndPort(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip.isAnyLocalAddress() ? "0.0.0.0" : ip.getHostAddress(); // the JDK makes :: of it
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
    }
}
