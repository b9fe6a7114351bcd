package io.skbstream.chaos.process;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The runnable jars of the clone, and how a JVM is started for them.
 *
 * @param home root of the clone
 * @param archives where the classes of each program are kept, loaded, for a faster next start (JEP 350)
 */
public record Jars(Path home, Path archives) {

    /** A program of ours and the flags of its JVM. */
    public enum Program {
        /** As ./skbstream run starts it. */
        AGENT(
                "producer/target/skbstream.jar",
                "-Xms64m",
                "-Xmx256m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError"),
        /** The agent's other commands: up soon, and never long-lived. */
        COMMAND("producer/target/skbstream.jar", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        BROKER("embedded-kafka/target/embedded-kafka.jar", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        /** One of several brokers: 400 MB at most. */
        NODE("embedded-kafka/target/embedded-kafka.jar", "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        CONSUMER("consumer-example/target/loopback-by-host.jar", "-Xmx256m", "-XX:+UseSerialGC");

        private final String jar;
        private final List<String> flags;

        Program(String jar, String... flags) {
            this.jar = jar;
            this.flags = List.of(flags);
        }
    }

    /** The clone that this code was built in: three folders above its jar, or above the folder of its classes. */
    public static Path homeOfThisJar() {
        try {
            Path jar = Path.of(Jars.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.getParent().getParent().getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this jar is not a path: " + e.getMessage(), e);
        }
    }

    /** The command that runs a program, its own arguments not included. */
    public List<String> command(Program program) {
        Path jar = home.resolve(program.jar);
        if (!Files.isReadable(jar)) {
            throw new ChaosException("there is no " + jar + "; build it with ./skbstream build");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program.flags);
        command.add("-XX:-UsePerfData");
        Path archive = archives.resolve(program + ".jsa");
        command.add((Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
        command.add("-Xlog:disable"); // it would name each class that cannot be kept
        command.add("-XX:+DisplayVMOutputToStderr");
        command.add("-Djava.io.tmpdir=" + archives);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }
}
