package io.skbstream.example.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The JDK's own HTTP server: {@code /events} is the stream, {@code /healthz} says that it runs, the rest are files. A thread for
 * each open page and a few for the rest; beyond that connections are closed.
 */
final class Endpoint implements AutoCloseable {
    /** How long a client may take to send its request, and to take a file. */
    static final int CLIENT_S = 10;

    /** The server's sign for it. */
    private static final int NO_BODY = -1;

    private static final int OTHER_THREADS = 8;
    private static final long IDLE_S = 30;

    /** Nothing from elsewhere is loaded, nothing inline runs, and nobody frames the page. */
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private static final List<String> METHODS = List.of("GET", "HEAD");

    private final HttpServer server;
    private final OwnNames names;
    private final Broadcast broadcast;
    private final ThreadPoolExecutor threads;

    /** @throws IOException if nobody can listen there */
    Endpoint(InetSocketAddress address, Broadcast broadcast) throws IOException {
        // The JDK's server has no other way to be told, and reads it once.
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(CLIENT_S));
        this.server = HttpServer.create(address, 0);
        this.names = new OwnNames(address);
        this.broadcast = broadcast;
        var number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0, Broadcast.MOST + OTHER_THREADS, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    var thread = new Thread(work, "page-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    /** Ends at once; open pages try to come back. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-cache");
            String path = exchange.getRequestURI().getPath();
            if (!METHODS.contains(exchange.getRequestMethod())) {
                headers.set("Allow", String.join(", ", METHODS));
                send(exchange, 405, text("only GET and HEAD"));
            } else if (path.equals("/healthz")) {
                send(exchange, 200, text("ok"));
            } else if (!names.have(exchange.getRequestHeaders().getFirst("Host"))) {
                send(
                        exchange,
                        403,
                        text("not a name of this machine; use its address, or a proxy that sends one as Host"));
            } else if (path.equals("/events")) {
                stream(exchange);
            } else {
                Optional<SiteFile> file = SiteFile.find(path);
                if (file.isPresent() && path.startsWith("/webjars/")) { // whose paths have their version in them
                    headers.set("Cache-Control", "max-age=31536000, immutable");
                }
                send(exchange, file.isPresent() ? 200 : 404, file.orElseGet(() -> text("there is no " + path)));
            }
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        if (isHead(exchange)) {
            exchange.sendResponseHeaders(200, NO_BODY);
            return;
        }
        var subscriber = new Subscriber();
        if (!broadcast.join(subscriber)) {
            send(exchange, 503, text("more than " + Broadcast.MOST + " pages are open"));
            return;
        }
        try {
            exchange.getResponseHeaders().set("X-Accel-Buffering", "no"); // nginx would hold it back
            exchange.sendResponseHeaders(200, 0);
            subscriber.writeTo(exchange.getResponseBody());
        } catch (InterruptedException dropped) {
            // Closed by the caller; it comes back for a new snapshot.
        } finally {
            broadcast.leave(subscriber);
        }
    }

    private void send(HttpExchange exchange, int code, SiteFile body) throws IOException {
        var deadline = broadcast.interruptMeAfter(CLIENT_S);
        try {
            exchange.getResponseHeaders().set("Content-Type", body.type());
            if (isHead(exchange)) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.bytes().length));
                exchange.sendResponseHeaders(code, NO_BODY);
            } else {
                exchange.sendResponseHeaders(code, body.bytes().length);
                exchange.getResponseBody().write(body.bytes());
            }
        } finally {
            deadline.cancel(false);
        }
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private static SiteFile text(String line) {
        return new SiteFile("text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
