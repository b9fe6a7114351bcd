package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command of every program where it lacks what it takes for granted: it says so, and prints no stack trace. */
@Timeout(900)
class HostileEnvironmentIT {
    private static final Pattern STACK_TRACE =
            Pattern.compile("(?m)^(?:\\s|\\\\t)+at [\\w.$/]+\\(|^Exception in thread|^Caused by: |^# A fatal error");
    private static final int AT_A_TIME = 3;

    /** No HOME, no locale, no PATH but this. */
    private static final String NOTHING = "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin ";

    private static final String READ_ONLY = "mount --bind / /mnt && mount -o remount,ro,bind /mnt && mount -t proc proc"
            + " /mnt/proc && mount --rbind /sys /mnt/sys && mount --rbind /dev /mnt/dev && exec chroot /mnt " + NOTHING;

    private static final String AGENT = Programs.SKBSTREAM.jar() + " ";
    private static final String AWAY = " --bootstrap-servers 127.0.0.1:1 ";
    private static final String NO_PATIENCE = " -K default.api.timeout.ms=1500 -K request.timeout.ms=1000 ";

    @TempDir
    private Path folder;

    private record Said(String command, int exitCode, String text) {}

    @BeforeEach
    void needsRoot() throws Exception {
        assumeTrue(
                new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
                "needs CAP_SYS_ADMIN for a mount namespace of its own");
    }

    @Test
    void aReadOnlyRootWithoutHomeAndLocaleIsExplained() throws Exception {
        List<Said> all = everywhere(commands(), READ_ONLY);

        assertThat(all)
                .filteredOn(said -> said.command.startsWith(AGENT + "trace"))
                .allSatisfy(said -> assertThat(said.text)
                        .contains(
                                "cannot start the native library of jffi: it is unpacked into /tmp, which cannot be written to; name a"
                                        + " folder",
                                "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER"));
    }

    @Test
    void fewFileDescriptorsAreExplained() throws Exception {
        everywhere(commands(), "ulimit -n 28 && exec ");
    }

    /** Whatever is the first to find none left: libbpf, the kernel, or a file of /sys. */
    @Test
    void fewFileDescriptorsAreNotTakenForAnotherCause() throws Exception {
        var trace = List.of("--duration 1s", "--hook tracepoint --duration 1s");
        for (int files = 14; files <= 20; files += 2) {
            assertThat(everywhere(trace.stream().map((AGENT + "trace ")::concat), "ulimit -n " + files + " && exec "))
                    .allSatisfy(said -> assertThat(said.exitCode == 0 || said.text.contains("ulimit -n 1024"))
                            .as(said.text)
                            .isTrue());
        }
    }

    @Test
    void aProcWithoutSysctlsIsExplained() throws Exception {
        everywhere(commands().filter(command -> command.startsWith(AGENT)), "mount -t tmpfs none /proc/sys && exec ");
    }

    /** Runs all commands there; none prints a stack trace. */
    private List<Said> everywhere(Stream<String> commands, String environment) throws Exception {
        var threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Callable<Said>> calls = commands.map(command -> (Callable<Said>) () -> said(environment, command))
                    .toList();
            List<Said> all = new ArrayList<>();
            for (var answer : threads.invokeAll(calls)) {
                all.add(answer.get());
            }
            assertThat(all).allSatisfy(said -> {
                assertThat(said.text).as(said.command).doesNotContainPattern(STACK_TRACE);
                assertThat(said.exitCode).as(said.command + ": " + said.text).isBetween(0, 4);
            });
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private Stream<String> commands() {
        Map<String, String> arguments = arguments();
        assertThat(arguments.keySet()).containsExactlyInAnyOrderElementsOf(Programs.names());
        Stream<String> all = arguments.entrySet().stream().map(command -> {
            Programs program = Programs.having(command.getKey());
            return program.jar() + " " + program.line(command.getKey(), command.getValue());
        });
        return Stream.concat(Stream.of(AGENT + "--version"), all);
    }

    /** What each command is given. A new command belongs here. */
    private Map<String, String> arguments() {
        String spool = " --spool-dir " + folder;
        Map<String, String> arguments = new TreeMap<>();
        arguments.put("run", "--duration 1s --shutdown-timeout 1s --metrics 127.0.0.1:0" + AWAY + spool);
        arguments.put("trace", "--duration 1s");
        arguments.put("doctor", AWAY + NO_PATIENCE);
        arguments.put("audit", AWAY + NO_PATIENCE);
        arguments.put("spool ls", spool);
        arguments.put("spool cat", spool);
        arguments.put("spool verify", spool);
        arguments.put("spool replay", AWAY + NO_PATIENCE + spool);
        arguments.put("help", "run");
        arguments.put("generate-completion", "");
        arguments.put("loopback-by-host", "--http 127.0.0.1:0" + AWAY);
        arguments.put("simulate", "--duration 1s" + AWAY);
        arguments.put("demo", "--seconds 1");
        arguments.put("bench", "--help"); // what else it does takes minutes
        arguments.put("test-chaos", "--only schedules --schedules 0");
        return arguments;
    }

    private Said said(String environment, String command) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String line = environment + "timeout 120 " + java + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -jar "
                + command;
        Path output = Files.createTempFile("hostile-", ".out");
        try {
            var process = new ProcessBuilder("unshare", "-m", "bash", "-c", line)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            assertThat(ended).as(command + " ends").isTrue();
            return new Said(command, process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(output);
        }
    }
}
