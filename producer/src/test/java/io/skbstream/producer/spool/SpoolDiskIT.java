package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.it.NeedsMount;
import io.skbstream.producer.libbpf.SystemWords;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are really full, and really read-only. */
@NeedsMount("tmpfs")
@Timeout(600)
class SpoolDiskIT {

    private static final long MIB = 1 << 20;
    private static final long SESSION = 1_000;
    private static final int BATCH = 2_000;
    private static final int ROOM = 256 * 1024;

    @TempDir
    private Path parent;

    private Path disk;
    private boolean mounted;
    private long appended;
    private long nowNs = System.nanoTime();

    @BeforeEach
    void makeFolder() throws IOException {
        disk = Files.createDirectory(parent.resolve("disk"));
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    @Test
    void aFullDiskCostsWhatItDoesNotTakeAndNothingElse() throws Exception {
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs");
        try (Spool spool = open(SESSION, 4 * MIB)) {
            Path makeRoom = Files.write(disk.resolve("room"), new byte[ROOM]);
            appendUntilItFails(spool);
            assertThat(spool.state().failing())
                    .hasValueSatisfying(why -> assertThat(why).contains(SystemWords.NO_SPACE_LEFT));
            long failed = spool.counts().failed();
            Files.delete(makeRoom);
            for (int i = 0; i < 100; i++) {
                append(spool, 1);
            }
            assertThat(spool.counts().failed())
                    .as("the disk is left alone for a moment, though it has room again")
                    .isEqualTo(failed + 100);
            assertBalanced(spool);

            fillTheLastByte();
            // Only the spool's own files fill the disk: replaying is what frees it.
            SpoolCounts full = spool.counts();
            long replayed = replay(spool, full.spooled() / 2);
            assertThat(replayed).isGreaterThanOrEqualTo(full.spooled() / 2);
            nowNs += DiskTrouble.REST_NS;
            append(spool, BATCH);
            assertThat(spool.state().failing()).as("it heals by itself").isEmpty();
            assertThat(spool.counts().failed()).isEqualTo(full.failed());
            replay(spool, Long.MAX_VALUE);
            assertBalanced(spool);
            assertThat(spool.counts().spooled()).isZero();
        }
    }

    @Test
    void whatAFullDiskHoldsSurvivesARestart() throws Exception {
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs");
        long spooled;
        try (Spool spool = open(SESSION, 4 * MIB)) {
            appendUntilItFails(spool);
            spooled = spool.counts().spooled();
            spool.note(TestLedgers.of(SESSION, SessionState.STOPPED, appended, spool.counts()));
        }
        try (Spool spool = open(SESSION + 1, 4 * MIB)) {
            AgentLedger earlier = spool.earlier().get(0);
            TestLedgers.assertBalanced(earlier);
            assertThat(earlier.getSpooled()).isEqualTo(spooled);
            assertThat(replay(spool, Long.MAX_VALUE)).isEqualTo(spooled);
            assertThat(spool.earlier().get(0).getAcked()).isEqualTo(spooled);
        }
    }

    @Test
    void aDiskThatTurnsReadOnlyIsCountedAndStillReplayed() throws Exception {
        Path image = parent.resolve("image");
        run("truncate", "-s", "16M", image.toString());
        assumeTrue(tries("mkfs.ext4", "-q", image.toString()), "needs mkfs.ext4");
        assumeTrue(
                tries("mount", "-o", "loop,errors=remount-ro", image.toString(), disk.toString()),
                "needs a loop device with ext4");
        mounted = true;
        assumeTrue(Files.isWritable(trigger()), "needs a writable /sys, to make a file system fail");
        try (Spool spool = open(SESSION, MIB)) {
            append(spool, BATCH);
            spool.sync();
            failFileSystem();
            append(spool, BATCH);

            assertThat(spool.counts().failed()).isEqualTo(BATCH);
            assertThat(spool.state().failing())
                    .hasValueSatisfying(why -> assertThat(why).contains(SystemWords.READ_ONLY));
            assertThat(replay(spool, Long.MAX_VALUE)).isEqualTo(BATCH);
            assertBalanced(spool);
            spool.sync();
        }
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> open(SESSION + 1, MIB))
                .withMessageContaining(SystemWords.READ_ONLY)
                .withMessageContaining("--spool-dir");
    }

    /** The kernel's own way to test what errors of a file system do; files that are open for writing stay open. */
    private void failFileSystem() throws Exception {
        Files.writeString(trigger(), "a test of the spool");
    }

    private Path trigger() throws IOException {
        String device;
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            device = mounts.filter(line -> line.contains(" " + disk + " "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ")[0];
        }
        return Path.of("/sys/fs/ext4", Path.of(device).getFileName().toString(), "trigger_fs_error");
    }

    /** No room is left even for an account. */
    private void fillTheLastByte() throws IOException {
        try (FileOutputStream filler =
                new FileOutputStream(disk.resolve("filler").toFile())) {
            while (disk.toFile().getUsableSpace() > 0) {
                filler.write(new byte[4096]);
            }
        }
    }

    private void appendUntilItFails(Spool spool) {
        while (spool.counts().failed() == 0) {
            append(spool, BATCH);
            assertThat(appended).as("the disk is full at last").isLessThan(1_000_000);
        }
        assertBalanced(spool);
    }

    private void append(Spool spool, int size) {
        spool.append(TestEvents.of(SESSION, appended, size), null);
        appended += size;
    }

    private static long replay(Spool spool, long atLeast) {
        long replayed = 0;
        List<Long> seqs = new ArrayList<>();
        while (replayed < atLeast) {
            SpooledBlock block = spool.next();
            if (block == null) {
                break;
            }
            seqs.addAll(TestEvents.seqs(block));
            spool.settle(block, block.size(), Map.of());
            replayed += block.size();
        }
        assertThat(seqs).isSorted().doesNotHaveDuplicates();
        return replayed;
    }

    private void assertBalanced(Spool spool) {
        SpoolCounts counts = spool.counts();
        assertThat(counts.spooled() + counts.evicted() + counts.failed() + counts.acked())
                .as("%s", counts)
                .isEqualTo(appended);
    }

    private Spool open(long session, long maxBytes) {
        return Spool.open(
                new SpoolSettings(disk.resolve("spool"), maxBytes, Duration.ofDays(7), Policy.EVICT_OLDEST),
                HOST,
                session,
                System::currentTimeMillis,
                () -> nowNs);
    }

    private void mount(String... how) throws Exception {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(how));
        command.add(disk.toString());
        run(command.toArray(String[]::new));
        mounted = true;
    }

    private static void run(String... command) throws Exception {
        assertThat(tries(command)).as(String.join(" ", command)).isTrue();
    }

    private static boolean tries(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
