package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a folder over from whoever had it before: deletes what is settled or evicted, cuts torn tails off, counts what waits,
 * and closes the accounts of earlier sessions against it. Used once, by the thread that opens the spool.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** What identifies a session. */
    private record Key(String host, long session) {}

    private final SpoolLayout layout;
    private final DiskTrouble trouble;

    Recovery(SpoolLayout layout, DiskTrouble trouble) {
        this.layout = layout;
        this.trouble = trouble;
    }

    /**
     * The books of the current session, already on the disk.
     *
     * @throws IOException if the folder cannot be read or written
     */
    Books books(SessionAccount current) throws IOException {
        AccountFile account = account();
        Map<Key, AgentLedger> ledgers = new LinkedHashMap<>();
        account.ledgers().forEach(ledger -> ledgers.put(new Key(ledger.getHost(), ledger.getSession()), ledger));
        long lastNumber = account.end() - 1;
        Map<Key, List<SegmentScan>> found = new LinkedHashMap<>();
        for (Map.Entry<Long, Path> file : layout.renamedSegments(account).entrySet()) {
            long number = file.getKey();
            lastNumber = Math.max(lastNumber, number);
            if (account.isSettled(number)) {
                Files.delete(file.getValue());
                continue;
            }
            SegmentScan scan = scan(number, file.getValue(), account.from(number));
            if (scan != null) {
                found.computeIfAbsent(new Key(scan.host(), scan.session()), key -> new ArrayList<>())
                        .add(scan);
            }
        }
        if (ledgers.containsKey(new Key(current.host, current.session))) {
            throw new AgentException("the spool folder " + layout.folder() + " already knows a session "
                    + current.session + " of host " + current.host + ": the clock was set back; start again");
        }
        found.keySet().forEach(key -> ledgers.putIfAbsent(key, null));

        Books books = new Books(layout, trouble, current, lastNumber + 1);
        for (Map.Entry<Key, AgentLedger> session : ledgers.entrySet()) {
            List<SegmentScan> scans = found.getOrDefault(session.getKey(), List.of());
            SessionAccount earlier = close(session.getKey(), session.getValue(), scans);
            books.earlier().add(earlier);
            for (SegmentScan scan : scans) {
                cut(scan);
                add(books, scan, earlier);
            }
        }
        books.writeForced();
        return books;
    }

    private AccountFile account() throws FileSystemException {
        try {
            return AccountFile.read(layout);
        } catch (FileSystemException unopened) {
            throw unopened;
        } catch (IOException damaged) {
            LOG.error(
                    "spool: {} is damaged ({}): events that were replayed may be replayed once more",
                    layout.account(),
                    damaged.getMessage());
            return AccountFile.EMPTY;
        }
    }

    private SegmentScan scan(long number, Path path, long from) throws IOException {
        try {
            return SegmentScan.quick(number, path, from);
        } catch (FileNotFoundException | NoSuchFileException unopened) {
            throw unopened;
        } catch (EOFException torn) {
            LOG.warn("spool: {} is removed: {}", path, torn.getMessage());
            Files.delete(path);
        } catch (IOException unreadable) {
            Path aside = path.resolveSibling(path.getFileName() + ".unreadable");
            LOG.error(
                    "spool: {} cannot be read: {}; it stays, for a person to look at, as {}",
                    path,
                    unreadable.getMessage(),
                    aside);
            Files.move(path, aside);
        }
        return null;
    }

    /** Blocks are decoded where their frames may not be trusted: at the end of a killed session, and when counts differ. */
    private static SessionAccount close(Key key, AgentLedger ledger, List<SegmentScan> scans) throws IOException {
        boolean killed = ledger == null || ledger.getState() == SessionState.RUNNING;
        if (killed && !scans.isEmpty()) {
            int last = scans.size() - 1;
            scans.set(last, scans.get(last).deep());
        } else if (!killed && events(scans) != ledger.getSpooled()) {
            for (int i = 0; i < scans.size(); i++) {
                scans.set(i, scans.get(i).deep());
            }
        }
        if (ledger == null) {
            return SessionAccount.unknown(key.host(), key.session(), events(scans));
        }
        SessionAccount account = new SessionAccount(ledger);
        account.close(events(scans));
        return account;
    }

    private static void cut(SegmentScan scan) throws IOException {
        if (scan.length() > scan.end()) {
            LOG.warn(
                    "spool: {} ends within a block: the last {} bytes are cut off",
                    scan.path(),
                    scan.length() - scan.end());
            try (RandomAccessFile file = new RandomAccessFile(scan.path().toFile(), "rw")) {
                file.setLength(scan.end());
                file.getFD().sync();
            }
        }
    }

    private static void add(Books books, SegmentScan scan, SessionAccount account) throws IOException {
        Segment segment = new Segment(scan.number(), scan.path(), account);
        segment.bytes = scan.end();
        segment.position = scan.from();
        segment.waiting = scan.events();
        segment.oldestMs = scan.oldestMs();
        segment.newestMs = scan.newestMs();
        books.add(segment);
        if (segment.waiting == 0) {
            books.remove(segment);
        }
    }

    private static long events(List<SegmentScan> scans) {
        return scans.stream().mapToLong(SegmentScan::events).sum();
    }
}
