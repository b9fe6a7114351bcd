package io.skbstream.example.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One page in a headless Chromium, by the DevTools protocol over a WebSocket. Closing it kills the browser. */
final class Chromium implements AutoCloseable, WebSocket.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long ANSWER_S = 30;

    private final Process browser;
    private final WebSocket socket;
    private final StringBuilder partial = new StringBuilder();
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    private Chromium(Process browser, URI devTools) {
        this.browser = browser;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(devTools, this)
                .join();
    }

    /** Where it is, if it is anywhere and of use here. */
    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .filter(program -> !isSnap(program))
                .findFirst();
    }

    /** Ubuntu's package is a script that starts a snap, which may not be there, and sees no profile below /tmp. */
    private static boolean isSnap(Path program) {
        try {
            Path real = program.toRealPath();
            return real.startsWith("/snap")
                    || real.endsWith("snap")
                    || Files.size(real) < 64 * 1024
                            && Files.readString(real, StandardCharsets.ISO_8859_1)
                                    .contains("/snap/bin/");
        } catch (IOException e) {
            return true; // what cannot be read is of no use either
        }
    }

    /** @param profile an empty folder */
    static Chromium start(Path program, Path profile) throws Exception {
        Process browser = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox", // it cannot make one as root
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile())
                .start();
        try {
            Path port = profile.resolve("DevToolsActivePort");
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_S);
            while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
                if (!browser.isAlive() || System.nanoTime() > deadlineNs) {
                    throw new IOException("no DevTools: " + Files.readString(profile.resolve("chromium.log")));
                }
                Thread.sleep(50);
            }
            var list = HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list"))
                    .build();
            JsonNode page = null;
            while (page == null) {
                String targets = HttpClient.newHttpClient()
                        .send(list, BodyHandlers.ofString())
                        .body();
                for (JsonNode target : JSON.readTree(targets)) {
                    page = "page".equals(target.path("type").asText()) ? target : page;
                }
            }
            var chromium = new Chromium(
                    browser, URI.create(page.get("webSocketDebuggerUrl").asText()));
            chromium.send("Page.enable", Map.of());
            chromium.send("Runtime.enable", Map.of());
            chromium.send("Log.enable", Map.of());
            return chromium;
        } catch (Exception e) {
            browser.destroyForcibly();
            throw e;
        }
    }

    void open(String url) throws Exception {
        send("Page.navigate", Map.of("url", url));
    }

    /** In CSS pixels; below 500 wide it is a phone. */
    void resize(int width, int height) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** @param scheme dark or light, as the system wishes */
    void prefer(String scheme) throws Exception {
        var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        send("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** The value of a JavaScript expression, as text. */
    String evaluate(String script) throws Exception {
        JsonNode answer = send("Runtime.evaluate", Map.of("expression", script, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(script + ": " + answer.get("exceptionDetails"));
        }
        return answer.path("result").path("value").asText();
    }

    /** Presses and releases a key; one that is a single character also types it. */
    void press(String key) throws Exception {
        ObjectNode event = JSON.createObjectNode().put("type", "keyDown").put("key", key);
        if (key.length() == 1) {
            event.put("text", key);
        }
        send("Input.dispatchKeyEvent", JSON.convertValue(event, Map.class));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** As PNG. */
    void screenshot(Path file) throws Exception {
        String data = send("Page.captureScreenshot", Map.of("format", "png"))
                .get("data")
                .asText();
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** Errors on the console so far: logged, thrown, or of a request. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    private JsonNode send(String method, Map<?, ?> parameters) throws Exception {
        int id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                .join();
        return answer.get(ANSWER_S, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            take(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void take(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            JsonNode params = message.path("params");
            if (message.has("id")) {
                var answer = answers.remove(message.get("id").asInt());
                if (message.has("error")) {
                    answer.completeExceptionally(new IOException(text));
                } else {
                    answer.complete(message.get("result"));
                }
                return;
            }
            boolean error =
                    switch (message.path("method").asText()) {
                        case "Runtime.exceptionThrown" -> true;
                        case "Runtime.consoleAPICalled" ->
                            "error".equals(params.path("type").asText());
                        case "Log.entryAdded" ->
                            "error".equals(params.path("entry").path("level").asText());
                        default -> false;
                    };
            if (error) {
                errors.add(params.toString());
            }
        } catch (IOException e) {
            errors.add("not JSON: " + text);
        }
    }

    @Override
    public void close() {
        socket.abort();
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().onExit().orTimeout(ANSWER_S, TimeUnit.SECONDS).join();
    }
}
