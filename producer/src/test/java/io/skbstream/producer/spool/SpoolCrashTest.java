package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.slf4j.LoggerFactory;

/** A folder as a killed agent leaves it, with one of its files cut or damaged at any byte. */
@TestInstance(Lifecycle.PER_CLASS)
class SpoolCrashTest {

    private static final long STOPPED = 1_000;
    private static final long KILLED = 2_000;
    private static final int BATCH = 5;
    private static final int BATCHES = 4;
    /** The stopped session's segment, which begins with a settled block; the killed session's. */
    private static final String STOPPED_FILE = "000000000000.avro";

    private static final String KILLED_FILE = "000000000001.avro";

    private Path parent;
    private Path left;
    /** Lengths of the killed session's file with its header and with each block. */
    private final List<Long> ends = new ArrayList<>();

    private final Logger log = (Logger) LoggerFactory.getLogger(Spool.class.getPackageName());

    /** Thousands of damaged files would be as many lines. */
    @BeforeAll
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterAll
    void cleanUp() throws IOException {
        Copies.delete(parent);
        log.setLevel(null);
    }

    @BeforeAll
    void leaveAFolder() throws IOException {
        parent = Copies.inMemory();
        Path folder = parent.resolve("spool");
        try (Spool spool = open(folder, STOPPED)) {
            append(spool, STOPPED);
            spool.settle(spool.next(), BATCH, Map.of());
            spool.note(TestLedgers.of(STOPPED, SessionState.STOPPED, BATCH * BATCHES, spool.counts()));
        }
        try (Spool spool = open(folder, KILLED)) {
            spool.note(TestLedgers.of(KILLED, SessionState.RUNNING, 0, spool.counts()));
            append(spool, KILLED);
            left = Copies.of(folder, parent.resolve("left"));
        }
        try (SegmentReader reader = SegmentReader.open(left.resolve(KILLED_FILE))) {
            ends.add(reader.frames().begin());
            for (Frames.Frame frame = reader.frames().next(0); frame != null; ) {
                ends.add(frame.end());
                frame = reader.frames().next(frame.end());
            }
        }
        assertThat(ends).hasSize(1 + BATCHES);
    }

    @Test
    void aFileCutAnywhereGivesEveryWholeBlockBeforeTheCut() throws IOException {
        long header = ends.get(0);
        List<Long> cuts = new ArrayList<>(List.of(0L, 1L, 3L, 4L, 17L, header / 2, header - 16, header - 1));
        for (long cut = header; cut <= ends.get(BATCHES); cut++) {
            cuts.add(cut);
        }
        for (long cut : cuts) {
            List<Long> seqs = afterDamage(KILLED_FILE, file -> file.setLength(cut), KILLED);
            int whole = (int) ends.stream().skip(1).filter(end -> end <= cut).count();
            assertThat(seqs).as("cut at %d", cut).isEqualTo(TestEvents.range(0, (long) whole * BATCH));
        }
    }

    @Test
    void aTailOfZerosIsNoEvent() throws IOException {
        for (long cut : List.of(ends.get(2), ends.get(2) + 1, ends.get(3) - 1)) {
            List<Long> seqs = afterDamage(
                    KILLED_FILE,
                    file -> {
                        file.setLength(cut);
                        file.setLength(cut + 10_000);
                    },
                    KILLED);
            assertThat(seqs).as("zeros from %d", cut).isEqualTo(TestEvents.range(0, 2L * BATCH));
        }
    }

    @Test
    void aDamagedByteCostsItsBlockAndInASyncMarkerTheNextOne() throws IOException {
        Random random = new Random(42);
        for (long at = ends.get(0); at < ends.get(BATCHES); at++) {
            long position = at;
            int flip = 1 << random.nextInt(8);
            List<Long> seqs = afterDamage(KILLED_FILE, file -> flip(file, position, flip), KILLED);
            long damaged = ends.stream().filter(end -> end <= position).count() - 1;
            boolean inMarker = ends.get((int) damaged + 1) - position <= Frames.SYNC_BYTES;
            List<Long> others = IntStream.range(0, BATCH * BATCHES)
                    .filter(seq -> seq / BATCH != damaged && !(inMarker && seq / BATCH == damaged + 1))
                    .mapToLong(seq -> seq)
                    .boxed()
                    .toList();
            assertThat(seqs)
                    .as("byte %d ^ %d", position, flip)
                    .containsAll(others)
                    .isSorted();
        }
    }

    @Test
    void aDamagedHeaderOrAStoppedSessionsDamagedFileStillBalances() throws IOException {
        Random random = new Random(43);
        long length = Files.size(left.resolve(STOPPED_FILE));
        for (int i = 0; i < 300; i++) {
            long position = i % 2 == 0 ? random.nextLong(length) : random.nextLong(ends.get(0), length);
            int flip = 1 << random.nextInt(8);
            List<Long> seqs = afterDamage(STOPPED_FILE, file -> flip(file, position, flip), STOPPED);
            assertThat(seqs).as("byte %d ^ %d", position, flip).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aDamagedAccountCostsNoEvent() throws IOException {
        Random random = new Random(44);
        long length = Files.size(left.resolve("account.avro"));
        for (int i = 0; i < 200; i++) {
            long position = random.nextLong(length);
            boolean cut = i % 2 == 0;
            List<Long> seqs = afterDamage(
                    "account.avro",
                    file -> {
                        if (cut) {
                            file.setLength(position);
                        } else {
                            flip(file, position, 0xff);
                        }
                    },
                    KILLED);
            assertThat(seqs).as("%s %d", cut ? "cut at" : "byte", position).hasSizeLessThanOrEqualTo(BATCH * BATCHES);
        }
    }

    private interface Damage {
        void to(RandomAccessFile file) throws IOException;
    }

    /** Damages a copy, opens it, and replays it, with a restart in between; returns one session's numbers. */
    private List<Long> afterDamage(String name, Damage damage, long session) throws IOException {
        Path folder = left.resolveSibling("damaged");
        Files.createDirectories(folder);
        Copies.delete(folder);
        Copies.of(left, folder);
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
            damage.to(file);
        }
        List<Long> seqs = new ArrayList<>();
        boolean accountIsWhole = !name.equals("account.avro");
        long spooled;
        try (Spool spool = open(folder, 3_000)) {
            spooled = waiting(spool, session);
            assertThat(spool.state().events())
                    .isEqualTo(spool.earlier().stream()
                            .mapToLong(AgentLedger::getSpooled)
                            .sum());
            SpooledBlock block = spool.next();
            if (block != null) {
                settle(spool, block, session, seqs);
            }
            assertBalanced(spool, accountIsWhole);
        }
        try (Spool spool = open(folder, 3_001)) {
            for (SpooledBlock block = spool.next(); block != null; block = spool.next()) {
                settle(spool, block, session, seqs);
            }
            assertBalanced(spool, accountIsWhole);
            assertThat(spool.earlier())
                    .allSatisfy(ledger -> assertThat(ledger.getSpooled()).isZero());
            if (accountIsWhole) {
                assertThat(seqs.size() + failed(spool, session))
                        .as("what waited was replayed, or is counted as failed")
                        .isGreaterThanOrEqualTo(spooled);
            }
        }
        Copies.delete(folder);
        return seqs;
    }

    private static void settle(Spool spool, SpooledBlock block, long session, List<Long> seqs) {
        if (block.session() == session) {
            seqs.addAll(TestEvents.seqs(block));
        }
        spool.settle(block, block.size(), Map.of());
    }

    private static void assertBalanced(Spool spool, boolean accountIsWhole) {
        for (AgentLedger ledger : spool.earlier()) {
            boolean isOurs = ledger.getHost().equals(HOST); // a flipped bit may have made it another's
            if (accountIsWhole && isOurs && ledger.getSession() == STOPPED) {
                assertThat(ledger.getState()).isEqualTo(SessionState.STOPPED);
                TestLedgers.assertBalanced(ledger);
            }
        }
    }

    private static long waiting(Spool spool, long session) {
        return spool.earlier().stream()
                .filter(ledger -> ledger.getSession() == session)
                .mapToLong(AgentLedger::getSpooled)
                .sum();
    }

    private static long failed(Spool spool, long session) {
        return spool.earlier().stream()
                .filter(ledger -> ledger.getSession() == session)
                .mapToLong(AgentLedger::getSpoolFailed)
                .sum();
    }

    private static void append(Spool spool, long session) {
        for (int i = 0; i < BATCHES; i++) {
            spool.append(TestEvents.of(session, (long) i * BATCH, BATCH), null);
        }
    }

    private static void flip(RandomAccessFile file, long position, int bits) throws IOException {
        file.seek(position);
        int old = file.read();
        file.seek(position);
        file.write(old ^ bits);
    }

    private static Spool open(Path folder, long session) {
        return Spool.open(new SpoolSettings(folder, 1 << 20, Duration.ofDays(7), Policy.EVICT_OLDEST), HOST, session);
    }
}
