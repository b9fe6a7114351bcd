package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.spool.SpoolListing.SegmentFile;
import io.skbstream.producer.spool.SpoolListing.Session;
import io.skbstream.producer.spool.SpoolListing.State;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Looks into a spool folder and changes nothing, whether an agent runs on it or not. One thread. */
public final class SpoolFolder {

    private final SpoolLayout layout;

    /** @throws AgentException if there is no such folder, or it cannot be read */
    public SpoolFolder(Path folder) {
        this.layout = new SpoolLayout(folder);
        if (!Files.isDirectory(folder)) {
            throw new AgentException(
                    "there is no spool folder " + folder + "; name the one that the agent was given with --spool-dir");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw new AgentException("the spool folder " + folder
                    + " may be read by its owner only; run this as the agent's user, or as root");
        }
    }

    /** What is there. @throws AgentException if it cannot be read */
    public SpoolListing list() {
        try {
            boolean inUse = FolderLock.isTaken(layout);
            AccountFile account = accountOrEmpty();
            SortedMap<Long, Path> files = layout.segments(account);
            List<SegmentFile> segments = new ArrayList<>();
            for (Map.Entry<Long, Path> file : files.entrySet()) {
                boolean active = inUse && file.getKey().equals(files.lastKey());
                SegmentFile segment = segment(file.getKey(), file.getValue(), account, active);
                if (segment != null) {
                    segments.add(segment);
                }
            }
            long rejectedBytes = 0;
            List<Path> rejected = RejectedEvents.files(layout);
            for (Path file : rejected) {
                rejectedBytes += Files.size(file);
            }
            return new SpoolListing(
                    inUse,
                    segments,
                    account.ledgers().stream().map(SpoolFolder::session).toList(),
                    rejected.size(),
                    rejectedBytes);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    /**
     * Prints events that wait as JSON lines, until nobody reads any more.
     *
     * @param numbers of segments; empty for all
     * @return what could not be read, a line each
     */
    public List<String> print(List<Long> numbers, PrintWriter out) {
        SegmentWriter.load();
        try {
            AccountFile account = accountOrEmpty();
            SortedMap<Long, Path> files = layout.segments(account);
            for (long number : numbers) {
                if (!files.containsKey(number)) {
                    throw new AgentException("there is no segment " + number + " in " + layout.folder()
                            + "; skbstream spool ls shows those that are there");
                }
            }
            Printing printing = new Printing(new EventLines(out));
            for (Map.Entry<Long, Path> file : files.entrySet()) {
                long number = file.getKey();
                boolean wanted = numbers.isEmpty() ? !account.isSettled(number) : numbers.contains(number);
                if (wanted && printing.goesOn) {
                    printing.file(number, file.getValue(), account.from(number), null);
                }
            }
            return printing.problems;
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    /** Prints the events that Kafka refused for good, with the reason, likewise. */
    public List<String> printRejected(PrintWriter out) {
        SegmentWriter.load();
        try {
            Printing printing = new Printing(new EventLines(out));
            for (Path file : RejectedEvents.files(layout)) {
                if (printing.goesOn) {
                    printing.file(0, file, 0, RejectedEvents.reason(file));
                }
            }
            return printing.problems;
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    /** Decodes everything and holds the account against it. */
    public SpoolVerification verify() {
        SegmentWriter.load();
        try {
            return new Verifier(layout).verify();
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private AccountFile accountOrEmpty() {
        try {
            return AccountFile.read(layout);
        } catch (FileSystemException unopened) {
            throw unreadable(unopened);
        } catch (IOException damaged) { // verify says so
            return AccountFile.EMPTY;
        }
    }

    /** Null if it was deleted in the meantime. */
    private static SegmentFile segment(long number, Path path, AccountFile account, boolean active) throws IOException {
        try {
            SegmentScan scan = SegmentScan.quick(number, path, account.from(number));
            State state = State.WAITING;
            if (account.isSettled(number)) {
                state = State.SETTLED;
            } else if (active) {
                state = State.ACTIVE;
            } else if (scan.end() < scan.length()) {
                state = State.TORN;
            }
            return new SegmentFile(
                    number,
                    state,
                    scan.host(),
                    scan.session(),
                    state == State.SETTLED ? 0 : scan.events(),
                    scan.length(),
                    scan.ratio(),
                    scan.oldestMs(),
                    scan.newestMs());
        } catch (NoSuchFileException deleted) {
            return null;
        } catch (FileNotFoundException unopened) {
            throw unopened;
        } catch (IOException damaged) {
            return new SegmentFile(number, State.UNREADABLE, "", 0, 0, Files.size(path), 0, 0, 0);
        }
    }

    private static Session session(AgentLedger ledger) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("captured", ledger.getCaptured());
        counts.put("acked", ledger.getAcked());
        counts.put("spooled", ledger.getSpooled());
        counts.put("evicted", ledger.getEvicted());
        counts.put("rejected", ledger.getRejected());
        counts.put("spool_failed", ledger.getSpoolFailed());
        counts.put("abandoned", ledger.getAbandoned());
        counts.put("in_flight", ledger.getInFlight());
        counts.put("replayed", ledger.getReplayed());
        return new Session(
                ledger.getHost(), ledger.getSession(), ledger.getState().name(), counts);
    }

    private AgentException unreadable(IOException why) {
        return new AgentException(
                "cannot read the spool folder " + layout.folder() + ": " + SystemFailure.inWords(why), why);
    }

    /** One run of printing. */
    private static final class Printing {
        private final EventLines lines;
        private final List<String> problems = new ArrayList<>();
        private boolean goesOn = true;

        Printing(EventLines lines) {
            this.lines = lines;
        }

        void file(long number, Path path, long from, String reason) {
            try {
                SegmentScan.quick(number, path, from).deep(new SegmentScan.Visitor() {
                    @Override
                    public boolean block(Frames.Frame frame, SpooledBlock block) throws IOException {
                        goesOn = lines.print(block, reason);
                        return goesOn;
                    }

                    @Override
                    public void unreadable(Frames.Frame frame, IOException why) {
                        problems.add(path + ": the block at " + frame.start() + " cannot be read: " + why.getMessage());
                    }
                });
            } catch (NoSuchFileException deleted) {
                // Replayed, or evicted, in the meantime.
            } catch (IOException unreadable) {
                problems.add(path + " cannot be read: " + SystemFailure.inWords(unreadable));
            }
        }
    }
}
