package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The broker as a program: says where it listens once it does, in one line on stdout, and runs until it is told to end. */
public final class Main {
    private static final String USAGE =
            """
            Usage: java -jar embedded-kafka.jar [--port N] [--until-stdin-closes]
            A single-node Kafka on 127.0.0.1 with its data in a temporary folder. Prints one line when it is ready,
            bootstrap.servers=127.0.0.1:PORT, and runs until SIGTERM or SIGINT; then the folder is removed.

              --port N               listen on this port (default: any free one)
              --until-stdin-closes   also end when stdin does, so that it never outlives the process that started it""";

    private Main() {}

    /** Runs until SIGTERM, SIGINT or, when asked to, the end of stdin. Exit code 1: it did not start; 2: usage. */
    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "embedded-kafka-logback.xml");
        int port = 0;
        boolean untilStdinCloses = false;
        var rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String arg = rest.next();
            switch (arg) {
                case "--help", "-h" -> {
                    System.out.println(USAGE);
                    return;
                }
                case "--until-stdin-closes" -> untilStdinCloses = true;
                case "--port" -> port = port(rest.hasNext() ? rest.next() : "");
                default -> exit(2, "unknown option '" + arg + "'; --help names them all");
            }
        }
        run(port, untilStdinCloses);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        exit(2, "--port needs a number from 0 to 65535, not '" + text + "'");
        return 0;
    }

    private static void run(int port, boolean untilStdinCloses) {
        var starting = new CompletableFuture<EmbeddedKafka>();
        // In place before the start, so that a signal in the middle of it leaves no folder behind either.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeOnceStarted(starting)));
        try {
            var kafka = EmbeddedKafka.start(port, Map.of());
            starting.complete(kafka);
            System.out.println("bootstrap.servers=" + kafka.bootstrapServers());
            if (untilStdinCloses) {
                System.in.transferTo(OutputStream.nullOutputStream());
                System.exit(0);
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            starting.complete(null);
            exit(1, "it did not start: " + e.getMessage());
        }
    }

    private static void closeOnceStarted(CompletableFuture<EmbeddedKafka> starting) {
        var kafka = starting.join();
        if (kafka != null) {
            kafka.close();
        }
    }

    private static void exit(int code, String why) {
        System.err.println("embedded-kafka: " + why);
        System.exit(code);
    }
}
