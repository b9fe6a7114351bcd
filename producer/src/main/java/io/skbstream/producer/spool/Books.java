package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The segments that are there, the accounts of their sessions, and the file that holds both together. A segment is deleted
 * only once an account without it is on the disk. Guarded by the spool's lock.
 */
final class Books {

    private static final int RESERVE_BYTES = 256 << 10;
    private static final long WRITE_EVERY_NS = 1_000_000_000L;

    private final SpoolLayout layout;
    private final DiskTrouble trouble;
    private final List<SessionAccount> earlier = new ArrayList<>();
    private final SessionAccount current;
    private final NavigableMap<Long, Segment> segments = new TreeMap<>();

    /** Files that are in no book any more, with their lengths: to be deleted after the next account. */
    private final Map<Long, Long> garbage = new TreeMap<>();

    private long nextNumber;
    private boolean mustForce;
    private long writtenNs;

    Books(SpoolLayout layout, DiskTrouble trouble, SessionAccount current, long nextNumber) {
        this.layout = layout;
        this.trouble = trouble;
        this.current = current;
        this.nextNumber = nextNumber;
    }

    SessionAccount current() {
        return current;
    }

    List<SessionAccount> earlier() {
        return earlier;
    }

    NavigableMap<Long, Segment> segments() {
        return segments;
    }

    void add(Segment segment) {
        segments.put(segment.number, segment);
    }

    long nextNumber() {
        return nextNumber++;
    }

    /** Size of all segment files, those that are still to be deleted included. */
    long bytes() {
        long sum = 0;
        for (Segment segment : segments.values()) {
            sum += segment.bytes;
        }
        for (long bytes : garbage.values()) {
            sum += bytes;
        }
        return sum;
    }

    /** Takes a segment out of the books; its file goes with the next {@link #write}. */
    void remove(Segment segment) {
        segments.remove(segment.number);
        if (segment.writer != null) {
            segment.writer.close(); // a deleted file that is open still takes its room on the disk
        }
        garbage.put(segment.number, segment.bytes);
        mustForce = true;
    }

    /** Events were settled, without a segment's end. */
    void settled() {
        mustForce = true;
        if (System.nanoTime() - writtenNs >= WRITE_EVERY_NS) {
            write();
        }
    }

    /** Writes the account so that it outlives a loss of power; for the beginning. */
    void writeForced() throws IOException {
        mustForce = true;
        writeOrThrow();
    }

    /** The same where a disk that refuses must not end the agent; returns whether it has taken the account. */
    boolean tryWriteForced() {
        mustForce = true;
        return write();
    }

    /**
     * Writes the account, then deletes what is in it no more. When the disk refuses, all stays as it was, and is tried again next
     * time.
     *
     * @return whether the disk has taken it
     */
    boolean write() {
        try {
            writeOrThrow();
            return true;
        } catch (IOException failed) {
            trouble.happened("its account", failed);
            return false;
        }
    }

    private void writeOrThrow() throws IOException {
        writtenNs = System.nanoTime();
        AccountFile file = file();
        try {
            file.write(layout, mustForce);
        } catch (IOException full) { // the reserve is for this: only an account lets segments go
            Files.deleteIfExists(layout.reserve());
            file.write(layout, mustForce);
        }
        mustForce = false;
        trouble.accountWritten();
        deleteGarbage();
        reserve();
    }

    private AccountFile file() {
        List<AgentLedger> ledgers = new ArrayList<>();
        earlier.forEach(account -> ledgers.add(account.ledger()));
        if (current.isNoted()) {
            ledgers.add(current.ledger());
        }
        Map.Entry<Long, Segment> first = segments.firstEntry();
        long head = first == null ? nextNumber : first.getKey();
        long position = first == null ? 0 : first.getValue().position;
        List<Long> gone =
                garbage.keySet().stream().filter(number -> number > head).toList();
        return new AccountFile(head, position, new TreeSet<>(gone), ledgers);
    }

    private void deleteGarbage() throws IOException {
        Iterator<Long> numbers = garbage.keySet().iterator();
        while (numbers.hasNext()) {
            Files.deleteIfExists(layout.segment(numbers.next()));
            numbers.remove();
        }
    }

    private void reserve() {
        if (Files.exists(layout.reserve())) {
            return;
        }
        try {
            Files.createFile(layout.reserve(), SpoolLayout.FILE);
            try (FileOutputStream out = new FileOutputStream(layout.reserve().toFile())) {
                out.write(new byte[RESERVE_BYTES]);
            }
        } catch (IOException full) {
            trouble.happened("its reserve", full);
        }
    }
}
