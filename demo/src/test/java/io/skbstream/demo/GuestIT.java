package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a guest, by {@code vm/run} and {@code vm/boot-guest}: they behave as if they ran here. */
@GuestCanBoot
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // ends a read from a pipe, too
class GuestIT {
    private static final Path VM = Path.of("..", "vm");
    private static final long PATIENCE_S = 300;

    /** Of the emulated machine, scripts and relays; empty before and after each run. */
    @TempDir
    private Path temporary;

    @TempDir
    private Path outputs;

    @Test
    void itsWordsFilesOutputAndExitCodeArePassedOnUnchanged() throws Exception {
        Path file = Files.write(outputs.resolve("it's a file"), new byte[12_345]);
        var guest = start(
                "--file",
                file.toString(),
                "--",
                "sh",
                "-c",
                "printf '%s|' \"$@\"; wc -c <\"$1\" >&2; exit 7",
                "sh",
                "it's a file",
                "",
                "two\nlines",
                "$HOME \"`id`\"",
                "größer");

        assertThat(guest.waitFor()).as(err()).isEqualTo(7);
        assertThat(out()).isEqualTo("it's a file||two\nlines|$HOME \"`id`\"|größer|");
        assertThat(err().lines().skip(1)).containsExactly("12345");
        assertThat(err()).startsWith("skbstream: booting Linux 6.1");
        assertNothingIsLeft(List.of());
    }

    @Test
    void nothingOfMuchOutputIsLost() throws Exception {
        var guest = start("--", "sh", "-c", "seq 1 300000 >/dev/stdout; seq 1 300000 >&2");

        assertThat(guest.waitFor()).isZero();
        assertThat(Files.readAllLines(outputs.resolve("out")))
                .hasSize(300_000)
                .last()
                .isEqualTo("300000");
        assertThat(Files.readAllLines(outputs.resolve("err")))
                .hasSize(300_001)
                .last()
                .isEqualTo("300000");
    }

    @Test
    void sigtermReachesTheCommandWhichEndsInOrder() throws Exception {
        var guest = start("--", "sh", "-c", "trap 'echo ended; exit 3' TERM; echo up; while :; do sleep 0.1; done");
        awaitOut("up\n");
        List<ProcessHandle> parts = guest.descendants().toList();

        guest.destroy();

        assertThat(guest.waitFor()).as(err()).isEqualTo(3);
        assertThat(out()).isEqualTo("up\nended\n");
        assertNothingIsLeft(parts);
    }

    @Test
    void aSecondSignalEndsTheGuestAtOnce() throws Exception {
        var guest = start("--", "sh", "-c", "trap 'echo asked' TERM; echo up; while :; do sleep 0.1; done");
        awaitOut("up\n");
        List<ProcessHandle> parts = guest.descendants().toList();

        guest.destroy();
        awaitOut("up\nasked\n");
        Thread.sleep(1_100); // a signal that comes twice within a second is one request
        guest.destroy();

        assertThat(guest.waitFor()).isEqualTo(143);
        assertNothingIsLeft(parts);
    }

    @Test
    void anotherLanguageAndACommaInTheCachesNameDoNotMatter() throws Exception {
        Path cache = Files.createDirectory(outputs.resolve("a, b"));
        Files.createSymbolicLink(cache.resolve("skbstream"), cache().resolve("skbstream"));
        var builder = builder("--", "echo", "up");
        builder.environment().put("LC_ALL", "xx_XX.UTF-8");
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        var guest = builder.redirectOutput(outputs.resolve("out").toFile()).start();

        assertThat(guest.waitFor()).as(err()).isZero();
        assertThat(out()).isEqualTo("up\n");
    }

    @Test
    void sigtermBeforeTheGuestIsUpEndsIt() throws Exception {
        var guest = start("--", "echo", "up");
        while (guest.descendants().noneMatch(GuestIT::isMachine)) {
            Thread.sleep(10);
        }
        List<ProcessHandle> parts = guest.descendants().toList();

        guest.destroy();

        assertThat(guest.waitFor()).isEqualTo(143);
        assertNothingIsLeft(parts);
    }

    @Test
    void sigkillLeavesNoMachineAndNoFile() throws Exception {
        var guest = start("--", "sh", "-c", "echo up; sleep 3600");
        awaitOut("up\n");
        List<ProcessHandle> parts = guest.descendants().toList();
        assertThat(parts).anyMatch(GuestIT::isMachine);

        guest.destroyForcibly();

        assertNothingIsLeft(parts);
    }

    @Test
    void aClosedStdoutEndsTheCommand() throws Exception {
        var guest =
                builder("--", "sh", "-c", "while echo line; do sleep 0.1; done").start();
        assertThat(guest.inputReader().readLine()).isEqualTo("line");
        List<ProcessHandle> parts = guest.descendants().toList();

        guest.inputReader().close();

        assertThat(guest.waitFor()).as(err()).isEqualTo(143);
        assertNothingIsLeft(parts);
    }

    @Test
    void aGuestThatDoesNotBootIsAnErrorWithItsConsole() throws Exception {
        Path root = Files.createDirectory(outputs.resolve("root"));
        try (var image = new RandomAccessFile(root.resolve("root.img").toFile(), "rw")) {
            image.setLength(1 << 20); // without a file system
        }
        var guest = new ProcessBuilder(
                        VM.resolve("boot-guest").toString(),
                        "--kernel",
                        guestFolder().resolve("kernel").toString(),
                        "--root",
                        root.toString(),
                        "true")
                .redirectError(outputs.resolve("err").toFile())
                .start();

        assertThat(guest.waitFor()).isEqualTo(1);
        assertThat(err()).contains("skbstream: the guest ended before its command did", "mount");
    }

    @Test
    void tracePrintsTenHitsOfTheKprobeForFivePings() throws Exception {
        Path jar = Path.of("..", "producer", "target", "skbstream.jar");
        var guest = start(
                "--file",
                jar.toString(),
                "--",
                "java",
                "-Xint",
                "-XX:+UseSerialGC",
                "-jar",
                "skbstream.jar",
                "trace",
                "--device",
                "lo",
                "--",
                "ping",
                "-c5",
                "localhost");

        assertThat(guest.waitFor()).as(err()).isZero();
        assertThat(out().lines().filter(line -> line.matches("\\S+ +\\[00\\d] +\\S+ +kprobe +lo +0x[0-9a-f]{16} +84")))
                .as(out())
                .hasSize(10);
        assertThat(err()).contains("5 packets transmitted, 5 received", "10 hits shown, 0 lost to a full ring");
    }

    @Test
    void theDemoRunsAtTheKprobeAndTheLedgerComesBack(@TempDir Path scratch) throws Exception {
        try (var demo = DemoProcess.start(scratch, "--vm", "--seconds", "5")) {
            String seconds = demo.awaitLine("first row ([0-9.]+) s after the start");
            System.out.println("demo --vm: first row " + seconds + " s after the start");
            List<ProcessHandle> parts = demo.parts();
            assertThat(parts).anyMatch(GuestIT::isMachine);
            List<String> lines = demo.remainingLines();

            assertThat(demo.exitCode()).as(() -> String.join("\n", lines)).isZero();
            var ledger = DemoProcess.assertBalanced(lines);
            assertThat(ledger.path("hook").textValue()).isEqualTo("KPROBE");
            assertThat(ledger.path("host").textValue()).isEqualTo("guest");
            demo.assertNothingIsLeft(parts);
        }
    }

    @Test
    void aDemoThatIsKilledLeavesNoGuest(@TempDir Path scratch) throws Exception {
        try (var demo = DemoProcess.start(scratch, "--vm")) {
            demo.awaitLine("(skbstream demo: host guest, Linux \\S+ in a guest, hook KPROBE)$");
            List<ProcessHandle> parts = demo.parts();
            assertThat(parts).anyMatch(GuestIT::isMachine);

            demo.kill();

            demo.assertNothingIsLeft(parts);
        }
    }

    private Process start(String... words) throws IOException {
        return builder(words).redirectOutput(outputs.resolve("out").toFile()).start();
    }

    private ProcessBuilder builder(String... words) {
        var command = new ArrayList<>(List.of(VM.resolve("run").toString()));
        command.addAll(List.of(words));
        var builder =
                new ProcessBuilder(command).redirectError(outputs.resolve("err").toFile());
        builder.environment().put("TMPDIR", temporary.toString());
        return builder;
    }

    private static Path cache() {
        String cache = System.getenv("XDG_CACHE_HOME");
        return cache == null ? Path.of(System.getenv("HOME"), ".cache") : Path.of(cache);
    }

    private static Path guestFolder() throws Exception {
        var making = new ProcessBuilder(VM.resolve("run").toString(), "--make").start();
        String folder = making.inputReader().readLine();
        assertThat(making.waitFor()).isZero();
        return Path.of(folder);
    }

    private static boolean isMachine(ProcessHandle process) {
        return process.info().command().orElse("").contains("qemu-system");
    }

    private String out() throws IOException {
        return Files.readString(outputs.resolve("out"), StandardCharsets.UTF_8);
    }

    private String err() throws IOException {
        return Files.readString(outputs.resolve("err"), StandardCharsets.UTF_8);
    }

    private void awaitOut(String text) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!out().equals(text) && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(50);
        }
        assertThat(out()).as(err()).isEqualTo(text);
    }

    private void assertNothingIsLeft(List<ProcessHandle> parts) throws Exception {
        var ends = parts.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).get(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(temporary).isEmptyDirectory();
    }
}
