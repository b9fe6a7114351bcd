package io.skbstream.compose.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Answers as Prometheus would, with what a test sets; by default every query has one series, and no rule is loaded. */
final class StubPrometheus implements AutoCloseable {

    private static final String ONE_SERIES =
            "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[1,\"NaN\"],[2,\"0\"]]}]}}";

    private final HttpServer server;
    private final Map<String, String> answers = new HashMap<>();
    private final List<String> queries = Collections.synchronizedList(new ArrayList<>());

    StubPrometheus() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/api/v1/", this::answer);
        server.start();
    }

    /** @param asked a query, or else the end of a path */
    StubPrometheus answers(String asked, String json) {
        answers.put(asked, json);
        return this;
    }

    Prometheus client() {
        return new Prometheus(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    /** The queries so far, each as it came. */
    List<String> queries() {
        return List.copyOf(queries);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath().substring("/api/v1/".length());
        String parameters = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
        for (String parameter : parameters.split("&")) {
            if (parameter.startsWith("query=")) {
                key = URLDecoder.decode(parameter.substring("query=".length()), UTF_8);
                queries.add(key);
            }
        }
        byte[] body = answers.getOrDefault(key, ONE_SERIES).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
