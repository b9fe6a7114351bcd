package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.clients.SystemFailure;
import io.skbstream.schemas.AvroDeserializer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** Decodes every event of a spool folder, and holds the account against what is there. Used once. */
final class Verifier {

    private record Key(String host, long session) {}

    private record Cpu(long session, int cpu) {}

    private final SpoolLayout layout;
    private final AvroDeserializer<NetifReceive> reader = new AvroDeserializer<>(NetifReceive.class);
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Key, Long> waiting = new HashMap<>();
    private final Map<Cpu, Long> lastSeq = new HashMap<>();
    private int segments;
    private long blocks;
    private long events;
    private long backwards;

    Verifier(SpoolLayout layout) {
        this.layout = layout;
    }

    SpoolVerification verify() throws IOException {
        boolean inUse = FolderLock.isTaken(layout);
        AccountFile account = account();
        SortedMap<Long, Path> files = layout.segments(account);
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            if (account.isSettled(file.getKey())) {
                notes.add(file.getValue() + " is settled or evicted; it goes at the next start");
                continue;
            }
            boolean active = inUse && file.getKey().equals(files.lastKey());
            segment(file.getKey(), file.getValue(), account.from(file.getKey()), active);
        }
        if (backwards > 0) {
            notes.add(backwards + " events have a seq below an earlier one of their CPU");
        }
        if (inUse) {
            notes.add("an agent runs on this folder: the account is not held against files that change");
        } else {
            account.ledgers().forEach(this::compare);
            waiting.forEach((key, count) -> notes.add(text(
                    "%s, session %d: %,d events that the account does not know; the next start makes one for them",
                    key.host(), key.session(), count)));
        }
        return new SpoolVerification(segments, blocks, events, problems, notes);
    }

    private AccountFile account() throws FileSystemException {
        try {
            return AccountFile.read(layout);
        } catch (FileSystemException unopened) {
            throw unopened;
        } catch (IOException damaged) {
            problems.add(layout.account() + " is damaged: " + damaged.getMessage()
                    + "; events that were replayed may be replayed once more");
            return AccountFile.EMPTY;
        }
    }

    private void segment(long number, Path path, long from, boolean active) {
        try {
            SegmentScan scan = SegmentScan.quick(number, path, from);
            segments++;
            Blocks seen = new Blocks(path, Math.max(from, scan.begin()));
            SegmentScan decoded = scan.deep(seen);
            blocks += decoded.blocks();
            events += decoded.events();
            waiting.merge(new Key(scan.host(), scan.session()), decoded.events(), Long::sum);
            if (scan.end() < scan.length() && !active) {
                problems.add(text(
                        "%s is torn at %d: %,d bytes behind it are no whole block; %,d events before are safe",
                        path, scan.end(), scan.length() - scan.end(), decoded.events()));
            }
        } catch (NoSuchFileException deleted) {
            notes.add(path + " went while this looked");
        } catch (IOException unreadable) {
            segments++;
            problems.add(path + " cannot be read: " + SystemFailure.inWords(unreadable));
        }
    }

    private void compare(AgentLedger ledger) {
        Long found = waiting.remove(new Key(ledger.getHost(), ledger.getSession()));
        long there = found == null ? 0 : found;
        String who = ledger.getHost() + ", session " + ledger.getSession();
        if (ledger.getState() == SessionState.RUNNING) {
            notes.add(text(
                    "%s: was killed; the next start closes its account with the %,d events that wait", who, there));
        } else if (there != ledger.getSpooled()) {
            problems.add(text(
                    "%s: the account says that %,d events wait, and there are %,d", who, ledger.getSpooled(), there));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Looks at each block of one segment. */
    private final class Blocks implements SegmentScan.Visitor {
        private final Path path;
        private long end;

        Blocks(Path path, long begin) {
            this.path = path;
            this.end = begin;
        }

        @Override
        public boolean block(Frames.Frame frame, SpooledBlock block) {
            gap(frame);
            for (int i = 0; i < block.size(); i++) {
                NetifReceive event = reader.deserialize("spool", block.value(i));
                Long last = lastSeq.put(new Cpu(event.getSession(), event.getCpu()), event.getSeq());
                if (last != null && last >= event.getSeq()) {
                    backwards++;
                }
            }
            return true;
        }

        @Override
        public void unreadable(Frames.Frame frame, IOException why) {
            gap(frame);
            problems.add(text(
                    "%s: the block at %d, of %,d events, cannot be read: %s",
                    path, frame.start(), frame.events(), why.getMessage()));
        }

        private void gap(Frames.Frame frame) {
            if (frame.start() > end) {
                problems.add(text("%s: bytes %d to %d are no block", path, end, frame.start()));
            }
            end = frame.end();
        }
    }
}
