package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of a process that appends and replays as fast as it can; then the next one takes its folder over. */
@Timeout(900)
class SpoolKillIT {

    private static final int KILLS = 6;
    private static final int BATCH = 50;

    @TempDir
    private Path parent;

    /** Appends batches, tells each by its first number once it is in the file, and settles every third block. */
    public static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            long session = Long.parseLong(arguments[1]);
            Spool spool = open(Path.of(arguments[0]), session);
            for (long seq = 0; ; seq += BATCH) {
                spool.append(TestEvents.of(session, seq, BATCH), null);
                System.out.println("appended " + seq);
                if (seq % (3 * BATCH) == 0) {
                    SpooledBlock block = spool.next();
                    if (block != null) {
                        System.out.println("settling " + block.session() + " "
                                + TestEvents.seqs(block).get(0));
                        spool.settle(block, block.size(), Map.of());
                    }
                }
                if (seq % (7 * BATCH) == 0) {
                    spool.sync();
                    spool.note(TestLedgers.of(session, SessionState.RUNNING, seq + BATCH, spool.counts()));
                }
            }
        }
    }

    @Test
    void everyBlockThatWasAppendedIsThereAfterAKill() throws Exception {
        Random random = new Random(7);
        Path folder = parent.resolve("spool");
        List<String> appended = new ArrayList<>();
        List<String> settling = new ArrayList<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            victim(folder, kill, 20 + random.nextInt(400), appended, settling);
        }

        List<String> replayed = new ArrayList<>();
        try (Spool spool = open(folder, KILLS + 1)) {
            assertThat(spool.earlier())
                    .allSatisfy(ledger -> assertThat(ledger.getState()).isEqualTo(SessionState.KILLED));
            assertThat(spool.earlier().stream()
                            .mapToLong(AgentLedger::getSpooled)
                            .sum())
                    .isEqualTo(spool.state().events());
            for (SpooledBlock block = spool.next(); block != null; block = spool.next()) {
                List<Long> seqs = TestEvents.seqs(block);
                assertThat(seqs).isEqualTo(TestEvents.range(seqs.get(0), seqs.get(0) + BATCH));
                replayed.add(block.session() + " " + seqs.get(0));
                spool.settle(block, block.size(), Map.of());
            }
            assertThat(spool.earlier()).allSatisfy(ledger -> {
                assertThat(ledger.getSpooled()).isZero();
                assertThat(ledger.getSpoolFailed())
                        .as("nothing was torn that had been told")
                        .isZero();
            });
        }
        assertThat(replayed).doesNotHaveDuplicates();
        List<String> there = new ArrayList<>(replayed);
        there.addAll(settling);
        assertThat(there).as("settled, or waiting").containsAll(appended);
        List<String> more = new ArrayList<>(there);
        more.removeAll(appended);
        assertThat(more).as("at most the block that each was about to tell").hasSizeLessThanOrEqualTo(KILLS);
    }

    private static void victim(Path folder, int session, int lines, List<String> appended, List<String> settling)
            throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Victim.class.getName(),
                        folder.toString(),
                        Integer.toString(session))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < lines; i++) {
                read(out.readLine(), session, appended, settling);
            }
            process.toHandle().destroyForcibly(); // not process.destroyForcibly(), which closes what is left to be read
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                read(line, session, appended, settling);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void read(String line, int session, List<String> appended, List<String> settling) {
        assertThat(line).as("the process still runs").isNotNull();
        String[] words = line.split(" ");
        if (words[0].equals("appended")) {
            appended.add(session + " " + words[1]);
        } else if (words[0].equals("settling") && words.length == 3) {
            settling.add(words[1] + " " + words[2]);
        }
    }

    private static Spool open(Path folder, long session) {
        return Spool.open(new SpoolSettings(folder, 1L << 30, Duration.ofDays(7), Policy.EVICT_OLDEST), HOST, session);
    }
}
