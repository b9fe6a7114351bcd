package io.skbstream.chaos.process;

import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real schema registry, Apicurio's, with its data in memory. Used by the thread that started it. */
public final class RegistryProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(5);
    private static final int ANSWER_MS = 5_000;

    private final Child child;
    private final String url;

    private RegistryProcess(Child child, String url) {
        this.child = child;
        this.url = url;
    }

    /** Starts it, and waits until it answers. */
    public static RegistryProcess start(Jars jars, Path folder) throws IOException, InterruptedException {
        int port = FreePorts.next();
        List<String> command = List.of(
                "env",
                "QUARKUS_HTTP_HOST=127.0.0.1",
                "QUARKUS_HTTP_PORT=" + port,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + jars.archives(),
                "-jar",
                application(jars).toString());
        String url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
        RegistryProcess registry = new RegistryProcess(Child.start("registry", folder, command), url);
        try {
            if (!registry.child.await("it answers", START, registry::answers)) {
                throw new ChaosException("the registry did not start; it said: " + registry.child.out());
            }
            return registry;
        } catch (InterruptedException | RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** The base address of the API that Confluent's clients speak. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        child.close();
    }

    private boolean answers() {
        try {
            var connection =
                    (HttpURLConnection) URI.create(url + "/subjects").toURL().openConnection();
            connection.setConnectTimeout(ANSWER_MS);
            connection.setReadTimeout(ANSWER_MS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Maven unpacks it there. */
    private static Path application(Jars jars) throws IOException {
        Path folder = jars.home().resolve("embedded-registry/target/apicurio");
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*-runner.jar")) {
                for (Path jar : found) {
                    return jar;
                }
            }
        }
        throw new ChaosException("there is no registry in " + folder + "; ./skbstream test-chaos unpacks it");
    }
}
