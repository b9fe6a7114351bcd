package io.skbstream.embeddedregistry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Apicurio's published application as a process of its own, on 127.0.0.1, its data in its memory. It starts in several seconds. Whoever
 * starts it owns it and closes it; it ends with this JVM. Methods may be called from any thread.
 */
public final class ApicurioRegistry implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(300);
    private static final int ANSWER_MS = 10_000;
    private static final long LOOK_EVERY_MS = 50;
    private static final int TAIL_LINES = 20;
    private static final int HTTP_OK = 200;

    private static final Pattern LISTENS = Pattern.compile("Listening on: http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path log;
    private final Thread atExit;
    private volatile int port; // 0 until it is known

    private ApicurioRegistry(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.atExit = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts on any free port, which it chooses itself; see {@link #start(int)}. */
    public static ApicurioRegistry start() throws IOException, InterruptedException {
        return start(0);
    }

    /**
     * Starts it and returns when it takes requests.
     *
     * @param port where it listens, or 0 for any free one
     * @throws IllegalStateException if it does not start, with the end of its log
     */
    public static ApicurioRegistry start(int port) throws IOException, InterruptedException {
        Path log = Files.createTempFile("skbstream-apicurio-", ".log");
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                runner().toString());
        command.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        command.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        command.environment().put("QUARKUS_LOG_CATEGORY__IO_QUARKUS__LEVEL", "INFO"); // says where it listens
        command.redirectErrorStream(true).redirectOutput(log.toFile());
        var registry = new ApicurioRegistry(command.start(), log, port);
        try {
            registry.awaitAnswer();
            return registry;
        } catch (RuntimeException | InterruptedException failed) {
            registry.close();
            throw failed;
        }
    }

    /** A port of the loopback address that nobody listens on now. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The base address of the API that Confluent's clients speak. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public int port() {
        return port;
    }

    /** From now on it takes connections and answers nothing, as a server that hangs; {@link #resume} ends that. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** It goes on, with what it had. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        // The shell's own kill: a minimal Debian has no other.
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
    }

    /** Kills it. May be repeated. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyEnding) {
            // Then the hook has run, or runs.
        }
    }

    private void end() {
        process.destroyForcibly().onExit().join();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() throws InterruptedException, IOException {
        long endNs = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                List<String> lines = Files.readAllLines(log);
                String where = port == 0 ? "" : " on port " + port;
                throw new IllegalStateException("Apicurio did not start" + where + "; the end of its log:\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    private boolean answers() throws IOException {
        if (port == 0) {
            var found = LISTENS.matcher(Files.readString(log));
            if (!found.find()) {
                return false;
            }
            port = Integer.parseInt(found.group(1));
        }
        try {
            var connection =
                    (HttpURLConnection) URI.create(url() + "/subjects").toURL().openConnection();
            connection.setConnectTimeout(ANSWER_MS);
            connection.setReadTimeout(ANSWER_MS);
            return connection.getResponseCode() == HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The build unpacks it beside the classes, or the jar, of this module. */
    private static Path runner() throws IOException {
        try {
            Path classes = Path.of(ApicurioRegistry.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path home = classes.resolveSibling("apicurio");
            try (DirectoryStream<Path> found = Files.newDirectoryStream(home, "*-runner.jar")) {
                return found.iterator().next();
            }
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
