package io.skbstream.embeddedkafka;

import io.skbstream.embeddedkafka.BrokerSettings.Listener;
import io.skbstream.embeddedkafka.BrokerSettings.ScramListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The broker as a program: says where it listens once it does, in a line on stdout for each of its addresses, and runs until it is told to end. */
public final class Main {
    private static final String USAGE =
            """
            Usage: java -jar embedded-kafka.jar [OPTION]...
            A Kafka on 127.0.0.1, a cluster of one unless told otherwise. Prints one line when it is ready,
            bootstrap.servers=127.0.0.1:PORT, and runs until SIGTERM or SIGINT.

              --port N               listen on this port (default: any free one)
              --folder DIR           keep the data there, and find it again at the next start (default: a temporary folder,
                                     which is removed in the end)
              --scram-port N         listen on this port too, for clients that log in by SASL_PLAINTEXT and SCRAM-SHA-256.
                                     They may do what ACLs let them; who comes through the other port may do all, and makes
                                     the users and the ACLs
              --advertised-port N    where the clients of --scram-port are told to connect to, as that of a proxy
              --also-as HOST         listen on a second port, too, for clients that reach this machine as HOST; a second line
                                     says where, HOST.bootstrap.servers=HOST:PORT
              --until-stdin-closes   also end when stdin does, so that it never outlives the process that started it
              --set KEY=VALUE        a setting of the broker; may be repeated

            One node of a cluster, broker and controller both; three keep every topic three times, and take records that two have:
              --node-id N            the number of this node
              --voters N@HOST:PORT,… the controller of each node, the same list for all of them
              --controller-port N    where this node's controller listens, if a proxy has the port that --voters names
              --listener NAME=PROTOCOL:PORT[:ADVERTISED]
                                     a further listener, in capital letters; ADVERTISED is the port that its clients are told to
                                     connect to. --set listener.name.NAME.KEY=VALUE sets up TLS or a login for it""";

    private static final String OTHER_NAME = "OTHER_NAME";
    private static final int HIGHEST_PORT = 65_535;

    private Main() {}

    /** Runs until SIGTERM, SIGINT or, when asked to, the end of stdin. Exit code 1: it did not start; 2: usage. */
    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "embedded-kafka-logback.xml");
        // Kafka upper-cases its own names by the default locale, and does not start in Turkish.
        Locale.setDefault(Locale.ROOT);
        var settings = BrokerSettings.defaults();
        int scramPort = 0;
        int advertisedPort = 0;
        String otherName = "";
        Integer nodeId = null;
        int controllerPort = 0;
        String voters = "";
        boolean untilStdinCloses = false;
        var rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String arg = rest.next();
            switch (arg) {
                case "--help", "-h" -> {
                    say(USAGE);
                    return;
                }
                case "--until-stdin-closes" -> untilStdinCloses = true;
                case "--port" -> settings = settings.withPort(port(arg, rest));
                case "--folder" -> settings = settings.withFolder(Path.of(value(arg, rest)));
                case "--also-as" -> otherName = value(arg, rest);
                case "--scram-port" -> scramPort = port(arg, rest);
                case "--advertised-port" -> advertisedPort = port(arg, rest);
                case "--node-id" -> nodeId = number(arg, rest, Integer.MAX_VALUE);
                case "--voters" -> voters = value(arg, rest);
                case "--controller-port" -> controllerPort = port(arg, rest);
                case "--listener" -> settings = settings.withListener(listener(value(arg, rest)));
                case "--set" -> {
                    String[] setting = split(arg, value(arg, rest), "KEY=VALUE");
                    settings = settings.withOverride(setting[0], setting[1]);
                }
                default -> exit(2, "unknown option '" + arg + "'; --help names them all");
            }
        }
        if (scramPort != 0) {
            settings = settings.withScram(new ScramListener(scramPort, advertisedPort));
        } else if (advertisedPort != 0) {
            exit(2, "--advertised-port is for the clients of --scram-port, which is not given");
        }
        if (!otherName.isEmpty()) {
            settings = settings.withListener(Listener.known(OTHER_NAME, otherName));
        }
        if (nodeId != null) {
            settings = settings.withQuorum(quorum(nodeId, controllerPort, voters));
        } else if (!voters.isEmpty() || controllerPort != 0) {
            exit(2, "--voters and --controller-port are for one node of a cluster; --node-id is not given");
        }
        run(settings, otherName, untilStdinCloses);
    }

    private static String value(String option, Iterator<String> rest) {
        String value = rest.hasNext() ? rest.next() : "";
        if (value.isBlank()) {
            exit(2, option + " needs a value; --help says which");
        }
        return value;
    }

    private static int port(String option, Iterator<String> rest) {
        return number(option, rest, HIGHEST_PORT);
    }

    private static int number(String option, Iterator<String> rest, int most) {
        return number(option, value(option, rest), most);
    }

    private static int number(String option, String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        exit(2, option + " needs a number from 0 to " + most + ", not '" + text + "'");
        return 0;
    }

    private static String[] split(String option, String text, String form) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            exit(2, option + " needs " + form + ", not '" + text + "'");
        }
        return new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }

    private static Listener listener(String text) {
        String form = "NAME=PROTOCOL:PORT[:ADVERTISED]";
        String[] named = split("--listener", text, form);
        String[] parts = named[1].split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            exit(2, "--listener needs " + form + ", not '" + text + "'");
        }
        int advertised = parts.length == 3 ? number("--listener", parts[2], HIGHEST_PORT) : 0;
        return new Listener(
                named[0],
                parts[0],
                LoopbackSockets.ADDRESS,
                number("--listener", parts[1], HIGHEST_PORT),
                advertised,
                Map.of());
    }

    private static Quorum quorum(int nodeId, int controllerPort, String voters) {
        try {
            return Quorum.parse(nodeId, controllerPort, voters);
        } catch (IllegalArgumentException e) {
            exit(2, e.getMessage());
            return null;
        }
    }

    private static void run(BrokerSettings settings, String otherName, boolean untilStdinCloses) {
        var starting = new CompletableFuture<EmbeddedKafka>();
        // In place before the start, so that a signal in the middle of it leaves no folder behind either.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeOnceStarted(starting)));
        try {
            var kafka = EmbeddedKafka.start(settings);
            starting.complete(kafka);
            say("bootstrap.servers=" + kafka.bootstrapServers());
            if (!otherName.isEmpty()) {
                say(otherName + ".bootstrap.servers=" + kafka.bootstrapServers(OTHER_NAME));
            }
            if (untilStdinCloses) {
                System.in.transferTo(OutputStream.nullOutputStream());
                System.exit(0);
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            starting.complete(null);
            exit(1, "it did not start: " + (e instanceof FileSystemException ? e.toString() : e.getMessage()));
        }
    }

    private static void closeOnceStarted(CompletableFuture<EmbeddedKafka> starting) {
        var kafka = starting.join();
        if (kafka != null) {
            kafka.close();
        }
    }

    /** What nobody hears, a starter would wait for. */
    private static void say(String line) {
        System.out.println(line);
        if (System.out.checkError()) {
            exit(1, "cannot write to stdout, so nobody learns where it listens");
        }
    }

    private static void exit(int code, String why) {
        System.err.println("embedded-kafka: " + why.replaceAll("\\p{Cntrl}", "?")); // what a terminal acts on
        System.exit(code);
    }
}
