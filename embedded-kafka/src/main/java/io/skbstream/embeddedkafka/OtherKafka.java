package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * A real broker of another version, 2.1 to 3.9, and the ZooKeeper that it needs, on 127.0.0.1 in processes of their own, which the kernel kills when
 * the thread that started them ends. Maven downloads a version when it is started first; it stays in {@code ~/.cache/skbstream}. One thread.
 */
public final class OtherKafka implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration DOWNLOAD = Duration.ofMinutes(15);
    private static final String COPY_DEPENDENCIES =
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    private static final String POM =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>io.skbstream</groupId>
              <artifactId>other-kafka</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <dependencies>
                <dependency>
                  <groupId>org.apache.kafka</groupId>
                  <artifactId>kafka_%s</artifactId>
                  <version>%s</version>
                </dependency>
                <dependency>
                  <groupId>org.slf4j</groupId>
                  <artifactId>slf4j-reload4j</artifactId>
                  <version>1.7.36</version>
                </dependency>
              </dependencies>
            </project>
            """;
    private static final String LOGGING =
            """
            log4j.rootLogger=WARN,out
            log4j.appender.out=org.apache.log4j.ConsoleAppender
            log4j.appender.out.layout=org.apache.log4j.SimpleLayout
            """;

    private final ScratchFolder scratch;
    private final Path folder;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    private OtherKafka(ScratchFolder scratch, int port) {
        this.scratch = scratch;
        this.folder = scratch.path();
        this.port = port;
    }

    /**
     * Starts a broker and returns when it takes requests.
     *
     * @param version as Maven Central has it, {@code 2.8.2}
     * @throws IOException if it cannot be downloaded
     * @throws IllegalStateException if it does not start in time; what it said is part of the message
     */
    public static OtherKafka start(String version) throws IOException, InterruptedException {
        Path jars = jars(version);
        int port = FreePorts.next();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        OtherKafka kafka = new OtherKafka(ScratchFolder.create(temporary, "skbstream-kafka-" + version + "-"), port);
        try {
            kafka.start(jars);
            return kafka;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            kafka.close();
            throw failed;
        }
    }

    private void start(Path jars) throws IOException, InterruptedException {
        int zooKeeperPort = FreePorts.next();
        Path settings = folder.resolve("server.properties");
        Files.writeString(folder.resolve("log4j.properties"), LOGGING);
        Files.writeString(
                settings,
                String.join(
                        "\n",
                        "broker.id=1",
                        "listeners=PLAINTEXT://127.0.0.1:" + port,
                        "log.dirs=" + folder.resolve("data"),
                        "zookeeper.connect=127.0.0.1:" + zooKeeperPort,
                        "zookeeper.connection.timeout.ms=" + PATIENCE.toMillis(),
                        "auto.create.topics.enable=false",
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=1",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.num.partitions=1",
                        "transaction.state.log.min.isr=1",
                        "group.initial.rebalance.delay.ms=0"));
        processes.add(java(
                jars,
                "-Dzookeeper.admin.enableServer=false",
                "-Dzookeeper.jmx.log4j.disable=true",
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                Integer.toString(zooKeeperPort),
                folder.resolve("zookeeper").toString()));
        // On newer JDKs old ZooKeeper clients fail over Kerberos, which nobody uses here.
        processes.add(java(jars, "-Dzookeeper.sasl.client=false", "kafka.Kafka", settings.toString()));
        awaitAnswer();
    }

    private Process java(Path jars, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j.configuration=file:" + folder.resolve("log4j.properties"),
                "-cp",
                jars + "/*"));
        command.addAll(List.of(arguments));
        return scratch.start(log(), command);
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        while (processes.stream().allMatch(Process::isAlive) && System.nanoTime() - endNs < 0) {
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    bootstrapServers(),
                    "default.api.timeout.ms",
                    5_000,
                    "request.timeout.ms",
                    5_000))) {
                if (!admin.describeCluster().nodes().get().isEmpty()) {
                    return;
                }
            } catch (ExecutionException notYet) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IllegalStateException("the broker does not start:\n" + Files.readString(log()));
    }

    /** Where clients connect to: {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Ends both processes and removes their data. May be repeated. */
    @Override
    public void close() throws IOException {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        scratch.close();
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** The folder with the broker's jars. */
    private static Path jars(String version) throws IOException, InterruptedException {
        Path cache = Files.createDirectories(Path.of(System.getProperty("user.home"), ".cache", "skbstream"));
        Path jars = cache.resolve("kafka-" + version);
        if (Files.isDirectory(jars)) {
            return jars;
        }
        try (ScratchFolder work = ScratchFolder.create(cache, "kafka-" + version + "-")) {
            Path downloaded = download(version, work);
            Files.move(downloaded, jars, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failed) {
            if (!Files.isDirectory(jars)) { // else another process has downloaded it meanwhile
                throw failed;
            }
        }
        return jars;
    }

    private static Path download(String version, ScratchFolder work) throws IOException, InterruptedException {
        String scala = version.matches("2\\.[0-3]\\..*") ? "2.12" : "2.13";
        Path pom = Files.writeString(work.path().resolve("pom.xml"), POM.formatted(scala, version));
        Path downloaded = work.path().resolve("jars");
        Path log = work.path().resolve("log");
        Process maven = work.start(
                log,
                List.of("mvn", "-q", "-B", "-f", pom.toString(), COPY_DEPENDENCIES, "-DoutputDirectory=" + downloaded));
        try {
            if (!maven.waitFor(DOWNLOAD.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("Maven does not download Kafka " + version + " within " + DOWNLOAD.toMinutes()
                        + " minutes:\n" + Files.readString(log));
            }
        } finally {
            maven.destroyForcibly();
        }
        if (maven.exitValue() != 0) {
            throw new IOException("Maven cannot download Kafka " + version + ":\n" + Files.readString(log));
        }
        return downloaded;
    }
}
