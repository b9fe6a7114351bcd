package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static io.skbstream.producer.spool.TestEvents.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    private static final long MIB = 1 << 20;
    private static final long SESSION = 1_000;

    @TempDir
    private Path parent;

    private final AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());

    private SpoolSettings settings(Policy policy, long maxBytes) {
        return new SpoolSettings(parent.resolve("spool"), maxBytes, Duration.ofDays(7), policy);
    }

    private Spool open(long session) {
        return Spool.open(settings(Policy.EVICT_OLDEST, MIB), HOST, session, nowMs::get, System::nanoTime);
    }

    @Test
    void whatIsAppendedComesBackInOrderByteForByte() {
        try (Spool spool = open(SESSION)) {
            TestEvents first = TestEvents.of(SESSION, 0, 100);
            TestEvents second = TestEvents.of(SESSION, 100, 20_000);
            spool.append(first, null);
            spool.append(second, null);

            SpooledBlock block = spool.next();
            assertThat(block.host()).isEqualTo(HOST);
            assertThat(block.session()).isEqualTo(SESSION);
            assertThat(block.size()).isEqualTo(100);
            for (int i = 0; i < block.size(); i++) {
                assertThat(block.value(i)).isEqualTo(first.values().get(i));
                assertThat(block.timestampMs(i)).isEqualTo(first.timestampMs(i));
            }
            assertThat(TestEvents.seqs(spool.next()))
                    .as("one batch is one block, whatever its size")
                    .isEqualTo(range(100, 20_100));
            assertThat(spool.next()).isNull();
        }
    }

    @Test
    void onlyTheEventsThatAreMeantAreTaken() {
        try (Spool spool = open(SESSION)) {
            BitSet which = new BitSet();
            which.set(1);
            which.set(3, 5);
            spool.append(TestEvents.of(SESSION, 0, 6), which);
            spool.append(TestEvents.of(SESSION, 6, 6), new BitSet());

            assertThat(spool.counts().spooled()).isEqualTo(3);
            assertThat(TestEvents.seqs(spool.next())).containsExactly(1L, 3L, 4L);
            assertThat(spool.next()).isNull();
        }
    }

    @Test
    void eventsOfOneBlockAreAckedOrRejectedAndThenGone() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            SpooledBlock block = spool.next();
            spool.settle(block, 7, Map.of("RecordTooLargeException", 3L));

            assertThat(spool.counts()).isEqualTo(new SpoolCounts(0, 0, 0, 7, Map.of("RecordTooLargeException", 3L)));
            assertThat(new SpoolLayout(parent.resolve("spool")).segments(AccountFile.EMPTY))
                    .isEmpty();
            assertThat(spool.state().bytes()).isZero();
            assertThat(spool.state().oldestMs()).isEmpty();
        }
    }

    @Test
    void whatIsNotSettledIsHandedOutAgainByTheNext() {
        try (Spool spool = open(SESSION)) {
            for (int i = 0; i < 3; i++) {
                spool.append(TestEvents.of(SESSION, i, 1), null);
            }
            SpooledBlock first = spool.next();
            SpooledBlock second = spool.next();
            assertThatIllegalStateException().isThrownBy(() -> spool.settle(second, 1, Map.of()));
            spool.settle(first, 1, Map.of());
        }
        try (Spool spool = open(SESSION + 1)) {
            assertThat(TestEvents.seqs(spool.next())).containsExactly(1L);
            assertThat(TestEvents.seqs(spool.next())).containsExactly(2L);
            assertThat(spool.next()).isNull();
        }
    }

    /** As agents did that wrote the digits of the user's language. */
    @Test
    void segmentsThatWereNamedInAnotherLanguageAreReplayedAndDeleted() throws IOException {
        var layout = new SpoolLayout(parent.resolve("spool"));
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 3), null);
        }
        Path arabic = layout.folder().resolve(String.format(Locale.forLanguageTag("ar-EG"), "%012d.avro", 0));
        Files.move(layout.segment(0), arabic);

        assertThat(new SpoolFolder(layout.folder()).list().segments()).hasSize(1);
        assertThat(new SpoolFolder(layout.folder()).verify().problems()).isEmpty();
        try (Spool spool = open(SESSION + 1)) {
            SpooledBlock block = spool.next();
            assertThat(TestEvents.seqs(block)).containsExactly(0L, 1L, 2L);
            spool.settle(block, 3, Map.of());
        }
        assertThat(layout.segments(AccountFile.EMPTY)).isEmpty();
        assertThat(arabic).doesNotExist();
    }

    /** As those were that an agent wrote, but could not read, in the digits of the user's language. */
    @Test
    void eventsThatWereLostAndAreFoundAgainAreNotCountedAsFailed() throws IOException {
        var layout = new SpoolLayout(parent.resolve("spool"));
        Path away = parent.resolve("away");
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            spool.note(TestLedgers.of(SESSION, SessionState.STOPPED, 10, spool.counts()));
        }
        Files.move(layout.segment(0), away);
        try (Spool spool = open(SESSION + 1)) {
            assertThat(spool.earlier().get(0).getSpoolFailed()).isEqualTo(10);
            spool.append(TestEvents.of(SESSION + 1, 0, 1), null);
            spool.note(TestLedgers.of(SESSION + 1, SessionState.STOPPED, 1, spool.counts()));
        }
        Files.move(away, layout.folder().resolve(String.format(Locale.forLanguageTag("ar-EG"), "%012d.avro", 0)));
        try (Spool spool = open(SESSION + 2)) {
            assertThat(spool.earlier())
                    .allSatisfy(TestLedgers::assertBalanced)
                    .anySatisfy(found -> assertThat(found.getSpooled()).isEqualTo(10));
        }
    }

    @Test
    void appendingGoesOnWhileWhatWasReachedIsReplayed() {
        try (Spool spool = open(SESSION)) {
            for (int i = 0; i < 5; i++) {
                spool.append(TestEvents.of(SESSION, i, 1), null);
                SpooledBlock block = spool.next();
                assertThat(TestEvents.seqs(block)).containsExactly((long) i);
                if (i > 2) {
                    continue;
                }
                spool.settle(block, 1, Map.of());
            }
            assertThat(spool.counts().spooled()).isEqualTo(2);
            assertThat(spool.state().segments()).isEqualTo(2);
        }
    }

    @Test
    void aSegmentIsAnAvroContainerFileThatAnyToolReads() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 50), null);
            spool.append(TestEvents.of(SESSION, 50, 50), null);
        }
        Path segment = new SpoolLayout(parent.resolve("spool")).segment(0);
        assertThat(segment).exists();
        try (var reader = new DataFileReader<>(segment.toFile(), new GenericDatumReader<GenericRecord>())) {
            assertThat(reader.getMetaString("avro.codec")).isEqualTo("zstandard");
            assertThat(reader.getMetaString("skbstream.host")).isEqualTo(HOST);
            assertThat(reader.getMetaLong("skbstream.session")).isEqualTo(SESSION);
            List<Object> seqs = new ArrayList<>();
            reader.forEach(event -> seqs.add(event.get("seq")));
            assertThat(seqs).isEqualTo(List.copyOf(range(0, 100)));
        }
    }

    @Test
    void everythingIsForTheOwnerAlone() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 5), null);
            spool.keepRejected(TestEvents.of(SESSION, 5, 5), null, "RecordTooLargeException");
        }
        try (Stream<Path> all = Files.walk(parent.resolve("spool"))) {
            assertThat(all).hasSizeGreaterThan(5).allSatisfy(path -> {
                String wanted = Files.isDirectory(path) ? "rwx------" : "rw-------";
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(wanted);
            });
        }
    }

    @Test
    void aSecondAgentOnTheFolderIsRefused() {
        try (Spool spool = open(SESSION)) {
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> open(SESSION + 1))
                    .withMessageContaining(parent.resolve("spool").toString())
                    .withMessageContaining("--spool-dir");
            spool.append(TestEvents.of(SESSION, 0, 1), null);
            assertThat(spool.counts().spooled()).isEqualTo(1);
        }
        open(SESSION + 1).close();
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedWithTheReason() throws IOException {
        Files.createFile(parent.resolve("spool"));
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> open(SESSION))
                .withMessageContaining("it is no folder");
    }

    @Test
    void anAccountThatCannotBeOpenedIsNotTakenForDamaged() throws IOException {
        Path folder = parent.resolve("spool");
        SpoolLayout layout = new SpoolLayout(Files.createDirectory(folder));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) { // as which it cannot be opened
            socket.bind(UnixDomainSocketAddress.of(layout.account()));

            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> open(SESSION))
                    .withMessageStartingWith("cannot use the spool folder " + folder);
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> new SpoolFolder(folder).list())
                    .withMessageStartingWith("cannot read the spool folder " + folder);
        }
    }

    @Test
    void theOldestSegmentsGiveWayAndAreCountedExactly() {
        try (Spool spool = open(SESSION)) {
            long appended = appendUntil(spool, 3 * MIB);

            SpoolCounts counts = spool.counts();
            assertThat(counts.evicted()).isPositive();
            assertThat(counts.spooled() + counts.evicted()).isEqualTo(appended);
            assertThat(spool.state().bytes()).isBetween(MIB / 2, MIB);
            assertThat(replayAll(spool)).as("the newest stay").isEqualTo(range(counts.evicted(), appended));
        }
    }

    @Test
    void whatIsBeingReplayedIsNotEvicted() {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 100), null);
            SpooledBlock block = spool.next();
            long appended = 100 + appendUntil(spool, 3 * MIB, 100);
            spool.settle(block, 100, Map.of());

            SpoolCounts counts = spool.counts();
            assertThat(counts.acked()).isEqualTo(100);
            assertThat(counts.evicted()).isPositive();
            assertThat(counts.acked() + counts.spooled() + counts.evicted()).isEqualTo(appended);
        }
    }

    @Test
    void newEventsAreRefusedIfThatIsThePolicy() {
        try (Spool spool = Spool.open(settings(Policy.REFUSE_NEWEST, MIB), HOST, SESSION)) {
            long appended = appendUntil(spool, 3 * MIB);

            SpoolCounts counts = spool.counts();
            assertThat(counts.evicted()).isPositive();
            assertThat(counts.spooled() + counts.evicted()).isEqualTo(appended);
            assertThat(replayAll(spool)).as("the oldest stay").isEqualTo(range(0, counts.spooled()));
        }
    }

    @Test
    void segmentsOlderThanTheBoundOfAgeAreEvicted() {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 1, nowMs.get()), null);
            spool.append(TestEvents.of(SESSION, 1, 10, nowMs.get()), null);
            spool.settle(spool.next(), 1, Map.of()); // the segment is sealed now, and nothing of it is handed out
            nowMs.addAndGet(Duration.ofDays(7).toMillis());
            spool.sync();
            assertThat(spool.counts().spooled()).isEqualTo(10);

            nowMs.addAndGet(1_000);
            spool.sync();
            assertThat(spool.counts()).isEqualTo(new SpoolCounts(0, 10, 0, 1, Map.of()));
            assertThat(spool.next()).isNull();
        }
    }

    @Test
    void anEarlierSessionsEventsAreAccountedToItAndToIt() {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            spool.append(TestEvents.of(SESSION, 10, 10), null);
            spool.note(TestLedgers.of(SESSION, SessionState.STOPPED, 20, spool.counts()));
        }
        try (Spool spool = open(SESSION + 1)) {
            spool.append(TestEvents.of(SESSION + 1, 0, 5), null);
            assertThat(spool.counts().spooled()).isEqualTo(5);
            assertThat(spool.state().events()).isEqualTo(25);
            AckedLog log = new AckedLog("topic-id", 0, 8L, 100L, 107L);
            spool.noteLogs(HOST, SESSION, List.of(log));
            spool.settle(spool.next(), 8, Map.of("RecordTooLargeException", 2L));

            AgentLedger earlier = spool.earlier().get(0);
            TestLedgers.assertBalanced(earlier);
            assertThat(earlier.getLogs()).endsWith(log);
            assertThat(earlier.getState()).isEqualTo(SessionState.STOPPED);
            assertThat(earlier.getAcked()).isEqualTo(8);
            assertThat(earlier.getReplayed()).isEqualTo(8);
            assertThat(earlier.getSpooled()).isEqualTo(10);
            assertThat(earlier.getRejectedBy()).isEqualTo(Map.of("RecordTooLargeException", 2L));

            spool.published(earlier);
            assertThat(spool.earlier()).as("ten of it still wait").hasSize(1);
            spool.settle(spool.next(), 10, Map.of());
            spool.published(earlier);
            assertThat(spool.earlier()).as("it changed after it was given").hasSize(1);
            spool.published(spool.earlier().get(0));
            assertThat(spool.earlier()).isEmpty();
            assertThat(spool.counts()).isEqualTo(new SpoolCounts(5, 0, 0, 0, Map.of()));
        }
    }

    @Test
    void aRestartGoesOnWithinASegment() {
        try (Spool spool = open(SESSION)) {
            for (int i = 0; i < 3; i++) {
                spool.append(TestEvents.of(SESSION, i, 1), null);
            }
            spool.settle(spool.next(), 1, Map.of());
        }
        try (Spool spool = open(SESSION + 1)) {
            assertThat(replayAll(spool)).containsExactly(1L, 2L);
        }
    }

    @Test
    void aKilledSessionsAccountIsClosedByTheNext() throws IOException {
        Path copy;
        try (Spool spool = open(SESSION)) {
            spool.note(TestLedgers.of(SESSION, SessionState.RUNNING, 0, spool.counts()));
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            copy = Copies.of(parent.resolve("spool"), parent.resolve("killed"));
        }
        try (Spool spool =
                Spool.open(new SpoolSettings(copy, MIB, Duration.ofDays(7), Policy.EVICT_OLDEST), HOST, SESSION + 1)) {
            AgentLedger earlier = spool.earlier().get(0);
            assertThat(earlier.getState()).isEqualTo(SessionState.KILLED);
            assertThat(earlier.getSpooled()).isEqualTo(10);
            assertThat(earlier.getCaptured()).as("at its last look").isZero();
        }
    }

    @Test
    void whatOthersCountedOfAKilledSessionIsKept() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
        }
        Files.delete(new SpoolLayout(parent.resolve("spool")).account());
        try (Spool spool = open(SESSION + 1)) {
            replayAll(spool);
            assertThat(spool.amend(HOST, SESSION, ledger -> ledger.put("hits", 17L)))
                    .isTrue();
            spool.amend("another", SESSION, ledger -> ledger.put("hits", 18L));
        }
        try (Spool spool = open(SESSION + 2)) {
            AgentLedger earlier = spool.earlier().get(0);
            assertThat(earlier.getHits()).isEqualTo(17);
            assertThat(earlier.getAcked()).as("counted once").isEqualTo(10);
            assertThat(earlier.getSpooled()).isZero();
        }
    }

    @Test
    void eventsWithoutAnAccountGetOne() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
        }
        Files.delete(new SpoolLayout(parent.resolve("spool")).account());
        try (Spool spool = open(SESSION + 1)) {
            AgentLedger earlier = spool.earlier().get(0);
            TestLedgers.assertBalanced(earlier);
            assertThat(earlier.getHost()).isEqualTo(HOST);
            assertThat(earlier.getSession()).isEqualTo(SESSION);
            assertThat(earlier.getState()).isEqualTo(SessionState.KILLED);
            assertThat(earlier.getHook()).isEqualTo(Hook.UNKNOWN);
            assertThat(earlier.getSpooled()).isEqualTo(10);
            assertThat(replayAll(spool)).isEqualTo(range(0, 10));
        }
    }

    @Test
    void aStoppedSessionsMissingSegmentIsCountedAsFailed() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            spool.note(TestLedgers.of(SESSION, SessionState.STOPPED, 10, spool.counts()));
        }
        Files.delete(new SpoolLayout(parent.resolve("spool")).segment(0));
        try (Spool spool = open(SESSION + 1)) {
            AgentLedger earlier = spool.earlier().get(0);
            TestLedgers.assertBalanced(earlier);
            assertThat(earlier.getSpoolFailed()).isEqualTo(10);
            assertThat(spool.next()).isNull();
        }
    }

    @Test
    void aSegmentThatVanishesWhileItWaitsIsCountedAsFailed() throws IOException {
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            Files.delete(new SpoolLayout(parent.resolve("spool")).segment(0));

            assertThat(spool.next()).isNull();
            assertThat(spool.counts()).isEqualTo(new SpoolCounts(0, 0, 10, 0, Map.of()));
        }
    }

    @Test
    void rejectedEventsAreKeptWithTheirSessionAndReason() throws IOException {
        BitSet which = new BitSet();
        which.set(2);
        try (Spool spool = open(SESSION)) {
            spool.append(TestEvents.of(SESSION, 0, 5), null);
            spool.keepRejected(spool.next(), which, "RecordTooLargeException");
            spool.keepRejected(TestEvents.of(SESSION, 10, 5), which, "RecordTooLargeException");
            spool.keepRejected(TestEvents.of(SESSION, 20, 5), which, "InvalidRecordException");
        }
        List<Path> files = RejectedEvents.files(new SpoolLayout(parent.resolve("spool")));
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "spool-host-1000-InvalidRecordException.avro", "spool-host-1000-RecordTooLargeException.avro");
        try (var reader = new DataFileReader<>(files.get(1).toFile(), new GenericDatumReader<GenericRecord>())) {
            assertThat(reader.getMetaString("skbstream.reason")).isEqualTo("RecordTooLargeException");
            assertThat(reader.next().get("seq")).isEqualTo(2L);
            assertThat(reader.next().get("seq")).isEqualTo(12L);
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    void aThreadThatIsBeingInterruptedLosesNothing() {
        try (Spool spool = open(SESSION)) {
            Thread.currentThread().interrupt();
            spool.append(TestEvents.of(SESSION, 0, 10), null);
            spool.sync();
            SpooledBlock block = spool.next();
            spool.settle(block, 10, Map.of());
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
            assertThat(spool.counts()).isEqualTo(new SpoolCounts(0, 0, 0, 10, Map.of()));
            assertThat(spool.state().failing()).isEmpty();
        }
    }

    private static long appendUntil(Spool spool, long bytes) {
        return appendUntil(spool, bytes, 0);
    }

    /** Appends until so many bytes, uncompressed, have been given; returns the number of events. */
    private static long appendUntil(Spool spool, long bytes, long seq) {
        long given = 0;
        long appended = 0;
        while (given < 3 * bytes) {
            TestEvents batch = TestEvents.of(SESSION, seq + appended, 500);
            spool.append(batch, null);
            given += batch.bytes().length;
            appended += 500;
        }
        return appended;
    }

    private static List<Long> replayAll(Spool spool) {
        List<Long> seqs = new ArrayList<>();
        for (SpooledBlock block = spool.next(); block != null; block = spool.next()) {
            seqs.addAll(TestEvents.seqs(block));
            spool.settle(block, block.size(), Map.of());
        }
        return seqs;
    }
}
