package io.skbstream.producer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.clients.SafeText;
import io.skbstream.producer.spool.SpoolFolder;
import io.skbstream.producer.spool.SpoolListing;
import io.skbstream.producer.spool.SpoolListing.SegmentFile;
import io.skbstream.producer.spool.SpoolListing.Session;
import io.skbstream.producer.spool.SpoolListing.State;
import io.skbstream.producer.spool.SpoolVerification;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spool}: looks into a spool folder, or empties it into Kafka. */
@Command(
        name = "spool",
        description =
                "Shows what waits on disk, with or without an agent running on it, and sends what one has left behind.",
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = SpoolReplayCommand.class)
final class SpoolCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given; there are ls, cat, verify and replay");
    }

    /** Which folder. */
    static final class Folder {
        @Option(
                names = "--spool-dir",
                paramLabel = "DIR",
                defaultValue = SpoolOptions.FOLDER,
                description = "The spool folder. Default: ${DEFAULT-VALUE}.")
        private Path path;

        SpoolFolder open() {
            return new SpoolFolder(path);
        }
    }

    @Command(
            name = "ls",
            description = "Lists segments, with totals, and the account of each session.",
            mixinStandardHelpOptions = true,
            versionProvider = Skbstream.Version.class)
    int ls(@Mixin Folder folder, @Option(names = "--json", description = "As one JSON object.") boolean json) {
        SpoolListing listing = folder.open().list();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(listing));
        } else {
            print(listing, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    @Command(
            name = "cat",
            description = "Prints events that wait, or that Kafka refused for good, as JSON lines.",
            mixinStandardHelpOptions = true,
            versionProvider = Skbstream.Version.class)
    int cat(
            @Mixin Folder folder,
            @Option(names = "--rejected", description = "Those that Kafka refused for good, with the reason.")
                    boolean rejected,
            @Parameters(paramLabel = "SEGMENT", arity = "0..*", description = "Numbers of segments. Default: all.")
                    List<Long> segments) {
        List<Long> numbers = segments == null ? List.of() : segments;
        if (rejected && !numbers.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--rejected: these events are in no segment; give one or the other");
        }
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        SpoolFolder open = folder.open();
        List<String> problems = rejected ? open.printRejected(out) : open.print(numbers, out);
        out.flush();
        problems.forEach(problem -> spec.commandLine().getErr().println(SafeText.message(problem)));
        return problems.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    @Command(
            name = "verify",
            description = {
                "Decodes every event that waits, and holds the account against them.",
                "Exit code 0: all is well. 1: something is torn, unreadable or missing."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Skbstream.Version.class)
    int verify(@Mixin Folder folder) {
        SpoolVerification verification = folder.open().verify();
        PrintWriter out = spec.commandLine().getOut();
        verification.notes().forEach(note -> out.println("NOTE  " + SafeText.message(note)));
        verification.problems().forEach(problem -> out.println("BAD   " + SafeText.message(problem)));
        out.printf(
                Locale.ROOT,
                "%s%,d events in %,d blocks of %,d segments are whole%n",
                verification.isSound() ? "OK    " : "      ",
                verification.events(),
                verification.blocks(),
                verification.segments());
        out.flush();
        return verification.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void print(SpoolListing listing, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SEGMENT", "STATE", "EVENTS", "BYTES", "RATIO", "FIRST", "LAST", "SESSION", "HOST"));
        for (SegmentFile segment : listing.segments()) {
            boolean readable = segment.state() != State.UNREADABLE;
            rows.add(List.of(
                    Long.toString(segment.number()),
                    lower(segment.state()),
                    count(segment.events()),
                    count(segment.bytes()),
                    readable ? String.format(Locale.ROOT, "%.1f", segment.ratio()) : "",
                    readable ? time(segment.firstMs()) : "",
                    readable ? time(segment.lastMs()) : "",
                    readable ? Long.toString(segment.session()) : "",
                    segment.host()));
        }
        new Columns("<<>>><<<<").print(rows, out);
        out.printf(
                Locale.ROOT,
                "%,d events wait in %,d segments of %,d bytes; %s%n",
                events(listing),
                listing.segments().size(),
                bytes(listing),
                listing.inUse() ? "an agent runs on this folder" : "no agent runs on this folder");
        if (listing.rejectedFiles() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d files of %,d bytes in rejected/%n",
                    listing.rejectedFiles(),
                    listing.rejectedBytes());
        }
        if (!listing.sessions().isEmpty()) {
            out.println();
            print(listing.sessions(), out);
        }
    }

    private static void print(List<Session> sessions, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("SESSION", "HOST", "STATE"));
        sessions.get(0).counts().keySet().forEach(name -> head.add(name.toUpperCase(Locale.ROOT)));
        rows.add(head);
        for (Session session : sessions) {
            List<String> row =
                    new ArrayList<>(List.of(Long.toString(session.session()), session.host(), session.state()));
            session.counts().values().forEach(value -> row.add(count(value)));
            rows.add(row);
        }
        new Columns("<<<" + ">".repeat(head.size() - 3)).print(rows, out);
    }

    private static String json(SpoolListing listing) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode()
                .put("in_use", listing.inUse())
                .put("events", events(listing))
                .put("bytes", bytes(listing));
        var segments = root.putArray("segments");
        for (SegmentFile segment : listing.segments()) {
            ObjectNode one = segments.addObject()
                    .put("segment", segment.number())
                    .put("state", lower(segment.state()))
                    .put("bytes", segment.bytes());
            if (segment.state() != State.UNREADABLE) {
                one.put("host", segment.host())
                        .put("session", segment.session())
                        .put("events", segment.events())
                        .put("ratio", segment.ratio())
                        .put("first_ms", segment.firstMs())
                        .put("last_ms", segment.lastMs());
            }
        }
        var sessions = root.putArray("sessions");
        for (Session session : listing.sessions()) {
            ObjectNode one = sessions.addObject()
                    .put("host", session.host())
                    .put("session", session.session())
                    .put("state", session.state());
            session.counts().forEach(one::put);
        }
        root.putObject("rejected").put("files", listing.rejectedFiles()).put("bytes", listing.rejectedBytes());
        return SafeText.json(root.toString());
    }

    private static long events(SpoolListing listing) {
        return listing.segments().stream().mapToLong(SegmentFile::events).sum();
    }

    private static long bytes(SpoolListing listing) {
        return listing.segments().stream().mapToLong(SegmentFile::bytes).sum();
    }

    private static String lower(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
