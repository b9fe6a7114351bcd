package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import io.skbstream.schemas.AvroFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;

/**
 * The account as it is on disk; immutable. It is replaced as a whole, so that what became of events and the place up to
 * which they are settled change in one step.
 *
 * @param head number of the oldest segment that is not settled; those before it are of no use any more
 * @param position up to where that segment is settled
 * @param gone later segments that were evicted, and maybe not deleted yet
 * @param ledgers one for each session that is not forgotten
 */
record AccountFile(long head, long position, Set<Long> gone, List<AgentLedger> ledgers) {

    static final AccountFile EMPTY = new AccountFile(0, 0, Set.of(), List.of());

    private static final String HEAD = "skbstream.head";
    private static final String GONE = "skbstream.gone";

    /** Far more than an account needs that is worth keeping; a damaged one does not get more memory either. */
    private static final long MAX_BYTES = 1 << 28;

    /**
     * The account of a folder; one without it has {@link #EMPTY}.
     *
     * @throws java.nio.file.FileSystemException if it cannot be opened, which says nothing of what is in it
     * @throws IOException if it is damaged
     */
    static AccountFile read(SpoolLayout layout) throws IOException {
        Path path = layout.account();
        if (!Files.exists(path)) {
            return EMPTY;
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("it is too large");
        }
        try (var file = new DataFileStream<>(
                new ByteArrayInputStream(Files.readAllBytes(path)), AvroFiles.reader(AgentLedger.class))) {
            String[] head = file.getMetaString(HEAD).split(":");
            Set<Long> gone = new TreeSet<>();
            for (String number : file.getMetaString(GONE).split(",")) {
                if (!number.isEmpty()) {
                    gone.add(Long.parseLong(number));
                }
            }
            List<AgentLedger> ledgers = new ArrayList<>();
            file.forEach(ledgers::add);
            return new AccountFile(Long.parseLong(head[0]), Long.parseLong(head[1]), gone, ledgers);
        } catch (RuntimeException damaged) {
            throw new IOException(damaged.getMessage(), damaged);
        }
    }

    /** Whether nothing of a segment is needed any more. */
    boolean isSettled(long number) {
        return number < head || gone.contains(number);
    }

    /** The number behind all that the account knows. */
    long end() {
        return gone.stream().mapToLong(number -> number + 1).reduce(head, Math::max);
    }

    /** Up to where a segment is settled; 0 if it is not at all. */
    long from(long number) {
        return number == head ? position : 0;
    }

    /** @param force whether it must outlive a loss of power too, and not only of this process */
    void write(SpoolLayout layout, boolean force) throws IOException {
        layout.replace(layout.account(), bytes(), force);
    }

    private byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var file = new DataFileWriter<>(AvroFiles.writer(AgentLedger.class))) {
            file.setMeta(HEAD, head + ":" + position);
            file.setMeta(
                    GONE, String.join(",", gone.stream().map(String::valueOf).toList()));
            file.create(AgentLedger.getClassSchema(), bytes);
            for (AgentLedger ledger : ledgers) {
                file.append(ledger);
            }
        }
        return bytes.toByteArray();
    }
}
