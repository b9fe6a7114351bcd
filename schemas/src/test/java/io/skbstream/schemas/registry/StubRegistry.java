package io.skbstream.schemas.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** The part of the REST API that is used, in memory, with faults on demand. */
public final class StubRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What it answers, whatever is asked. */
    public record Answer(int status, String body) {}

    private final HttpServer server;
    private final String scheme;
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();
    public final Map<String, String> levels = new HashMap<>();
    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final List<String> authorizations = new CopyOnWriteArrayList<>();
    public volatile Answer fault;

    /** What it answers who adds a schema to a subject. */
    public volatile Answer faultOfAdding;

    private final Set<String> subjects = new HashSet<>();
    public volatile String defaultLevel = "NONE";
    public volatile int firstId = 1;

    /** The level that somebody else sets just before one is set next, which then is refused, as Apicurio does. */
    public volatile String levelOfAnother;

    public StubRegistry() {
        this(null);
    }

    /** @param tls null for plain HTTP */
    public StubRegistry(SSLContext tls) {
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
            if (tls == null) {
                server = HttpServer.create(any, 0);
            } else {
                HttpsServer https = HttpsServer.create(any, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scheme = tls == null ? "http" : "https";
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "stub-registry");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    public String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Puts a schema, or what is none, under the next id. */
    public synchronized int add(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return firstId + schemas.indexOf(schema);
    }

    /** Puts one of another kind there, JSON or PROTOBUF. */
    public synchronized int add(String type, String schema) {
        types.put(schema, type);
        return add(schema);
    }

    /** How often a request was made. */
    public long count(String request) {
        return requests.stream().filter(request::equals).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request =
                    exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(request);
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            Answer answer = fault == null ? answer(request, body) : fault;
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Answer answer(String request, String body) throws IOException {
        String last = request.substring(request.lastIndexOf('/') + 1);
        if (request.startsWith("POST /subjects/")) {
            return subject(request, JSON.readTree(body).get("schema").asText());
        }
        if (request.startsWith("GET /schemas/ids/")) {
            int index = Integer.parseInt(last) - firstId;
            return index >= 0 && index < schemas.size()
                    ? schema(schemas.get(index))
                    : new Answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
        }
        if (request.equals("GET /config")) {
            return ok("compatibilityLevel", defaultLevel);
        }
        if (request.startsWith("GET /config/")) {
            return levels.containsKey(last)
                    ? ok("compatibilityLevel", levels.get(last))
                    : new Answer(404, "{\"error_code\":40408,\"message\":\"Subject has no level\"}");
        }
        if (levelOfAnother != null) {
            levels.put(last, levelOfAnother);
            return new Answer(409, "{\"error_code\":409,\"message\":\"A rule already exists\"}");
        }
        levels.put(last, JSON.readTree(body).get("compatibility").asText());
        return ok("compatibility", levels.get(last));
    }

    private Answer subject(String request, String schema) throws IOException {
        if (request.endsWith("/versions")) {
            if (faultOfAdding != null) {
                return faultOfAdding;
            }
            subjects.add(request.replace("/versions", "") + schema);
            return ok("id", add(schema));
        }
        return subjects.contains(request + schema)
                ? ok("id", add(schema))
                : new Answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    }

    private Answer schema(String schema) throws IOException {
        Map<String, String> answer = new HashMap<>(Map.of("schema", schema));
        if (types.containsKey(schema)) {
            answer.put("schemaType", types.get(schema));
        }
        return new Answer(200, JSON.writeValueAsString(answer));
    }

    private static Answer ok(String field, Object value) throws IOException {
        return new Answer(200, JSON.writeValueAsString(Map.of(field, value)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
