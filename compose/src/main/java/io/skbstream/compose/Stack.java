package io.skbstream.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The local stack, under a project name of its own, by the commands that a user types. One thread at a time. */
final class Stack {

    /** Where compose.yaml is. */
    static final Path FOLDER = Path.of(System.getProperty("skbstream.compose", "compose"));

    /** Where what is to be looked at afterwards goes. */
    static final Path RESULTS = Path.of(System.getProperty("skbstream.results", "compose/target/test"));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ABSENT =
            List.of(System.getProperty("skbstream.absent", "").split(" "));
    private static final String PROJECT_LABEL = "com.docker.compose.project";

    private final List<String> options;

    /**
     * @param profiles that are switched on
     * @param files names of compose files, the first one and those that change it
     */
    Stack(List<String> profiles, String... files) {
        this.options = Stream.concat(
                        profiles.stream().flatMap(profile -> Stream.of("--profile", profile)),
                        Arrays.stream(files)
                                .flatMap(file ->
                                        Stream.of("--file", FOLDER.resolve(file).toString())))
                .toList();
    }

    private static String project() {
        return System.getenv().getOrDefault("COMPOSE_PROJECT_NAME", "skbstream");
    }

    /** Whether an image can neither be pulled nor be replaced here. */
    static boolean lacks(String image) {
        return ABSENT.contains(image);
    }

    /** Runs {@code docker compose} and returns what it printed. */
    String compose(String... arguments) {
        return tryCompose(arguments).succeeded().stdout();
    }

    Command tryCompose(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        return Command.run(Map.of(), command);
    }

    /** Starts all services whose images are there, and waits until they are healthy. */
    void up() {
        List<String> arguments =
                new ArrayList<>(List.of("up", "--detach", "--no-build", "--wait", "--wait-timeout", "600"));
        json(compose("config", "--format", "json")).get("services").properties().forEach(service -> {
            String image = service.getValue().get("image").asText();
            if (!lacks(image.replaceAll(":[^:/]*$", ""))) {
                arguments.add(service.getKey());
            }
        });
        Command up = tryCompose(arguments.toArray(String[]::new));
        if (up.exitCode() != 0) {
            throw new AssertionError("the stack does not come up: " + up.stderr()
                    + tryCompose("ps", "--all").stdout()
                    + tryCompose("logs", "--tail", "15").stdout());
        }
    }

    void down() {
        compose("down", "--volumes", "--remove-orphans");
    }

    /** What the engine knows of each container of the stack, running or not. */
    List<JsonNode> containers() {
        List<String> inspect = new ArrayList<>(List.of("docker", "inspect"));
        inspect.addAll(list("ps", "--all"));
        List<JsonNode> containers = new ArrayList<>();
        json(Command.run(Map.of(), inspect).succeeded().stdout()).forEach(containers::add);
        return containers;
    }

    /** Name of the service that a container is of. */
    static String service(JsonNode container) {
        return container.at("/Config/Labels").get("com.docker.compose.service").asText();
    }

    /** Ids of containers, volumes and networks that belong to the stack. */
    List<String> leftovers() {
        return Stream.of(list("ps", "--all"), list("volume", "ls"), list("network", "ls"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> list(String... what) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(what));
        command.addAll(List.of("--quiet", "--filter", "label=" + PROJECT_LABEL + "=" + project()));
        return Command.run(Map.of(), command).succeeded().stdout().lines().toList();
    }

    /** Until a container's own healthcheck has passed. */
    void awaitHealthy(String service) throws InterruptedException {
        Await.until(
                service + " is healthy",
                () -> containers().stream()
                        .filter(container -> service(container).equals(service))
                        .map(container -> container.at("/State/Health/Status").asText())
                        .toList(),
                states -> states.equals(List.of("healthy")));
    }

    /** The sum of a metric's series on an agent's own page. */
    double metric(Host host, String name) {
        String page = compose(
                "exec",
                "-T",
                host.service(),
                "bash",
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3");
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .reduce(Double::sum)
                .orElseThrow(() -> new AssertionError(host + " has no metric " + name + ": " + page));
    }

    /** Until events of every host wait in its spool. */
    void awaitThatEventsWait() throws InterruptedException {
        for (Host host : Host.values()) {
            Await.until("events of " + host + " wait", () -> metric(host, "skbstream_spool_events"), now -> now > 0);
        }
    }

    /** Until none waits any more, and none was lost on the way. */
    void awaitThatNoneWaits() throws InterruptedException {
        for (Host host : Host.values()) {
            Await.until(
                    "the spool of " + host + " is empty",
                    () -> metric(host, "skbstream_spool_events"),
                    now -> now == 0);
            assertThat(metric(host, "skbstream_replayed_total")).isPositive();
            assertThat(metric(host, "skbstream_lost_total")).isZero();
        }
    }

    /** What a service answers over HTTP, if it answers well. */
    static JsonNode get(String url) throws IOException, InterruptedException {
        var answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(url + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return json(answer.body());
    }

    /**
     * Once the agents have ended: audit says that nothing of any host is missing, though events of each had to wait in its spool.
     *
     * @param hosts the host of each session
     */
    void isComplete(String... hosts) {
        List<JsonNode> sessions = tryCompose("--profile", "tools", "run", "--rm", "-T", "audit", "--json")
                .stdout()
                .lines()
                .map(Stack::json)
                .toList();

        assertThat(sessions).extracting(session -> session.get("host").asText()).containsExactlyInAnyOrder(hosts);
        assertThat(sessions.stream()
                        .filter(session -> session.at("/ledger/replayed").asLong() > 0)
                        .map(session -> session.get("host").asText()))
                .containsExactlyInAnyOrder("host-a", "host-b", "host-c");
        assertThat(sessions).allSatisfy(session -> {
            assertThat(session.get("verdict").asText()).as(session.toString()).isEqualTo("COMPLETE");
            assertThat(session.get("missing").asLong()).isZero();
            assertThat(session.at("/ledger/state").asText()).isEqualTo("STOPPED");
            assertThat(session.at("/ledger/acked")).isEqualTo(session.at("/ledger/captured"));
        });
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("this is no JSON: " + text, e);
        }
    }
}
