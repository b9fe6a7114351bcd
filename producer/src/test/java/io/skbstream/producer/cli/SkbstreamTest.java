package io.skbstream.producer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.SystemWords;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is wrong on the command line is told in one line, with exit code 2, before kernel and Kafka are touched. */
@Timeout(300)
class SkbstreamTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("skbstream: no command given"),
                mistake("skbstream: Unmatched argument at index 0: 'rum'; did you mean run?", "rum"),
                mistake("skbstream: Unknown option: '--sampel'", "--sampel"),
                mistake("skbstream run: Unknown option: '--sampel'; did you mean --sample?", "run", "--sampel"),
                mistake(
                        "skbstream run: Unmatched argument at index 1 (not shown, since it may be a secret)",
                        "run",
                        "lo"),
                mistake("skbstream run: Missing required parameter for option '--device'", "run", "--device"),
                mistake("'1/0' is no sampling rate; write 1/N", "run", "--sample", "1/0"),
                mistake("'0' is no sampling rate; write 1/N", "trace", "--sample", "0"),
                mistake("'3MiB' is no size of a ring", "run", "--ring-size", "3MiB"),
                mistake("'big' is no size; write 65536, 64KiB or 16MiB", "run", "--ring-size", "big"),
                mistake("'forever' is no duration", "run", "--duration", "forever"),
                mistake("'999999999h' is longer than a year", "run", "--shutdown-timeout", "999999999h"),
                mistake("skbstream run: --netns '0': write self, all, or an inode number", "run", "--netns", "0"),
                mistake("skbstream run: --netns 'mine': write self, all, or an inode", "run", "--netns", "mine"),
                mistake(
                        "skbstream run: --hook 'uprobe': there are auto, kprobe, fentry and tracepoint",
                        "run",
                        "--hook",
                        "uprobe"),
                mistake("'--skb-pointer': expected one of [HASHED, RAW, OFF]", "run", "--skb-pointer", "shown"),
                mistake("skbstream run: --min-len '-1': a length is not negative", "run", "--min-len=-1"),
                mistake(
                        "skbstream run: --rate-limit '0': write events a second on each CPU",
                        "run",
                        "--rate-limit",
                        "0"),
                mistake("skbstream run: --rate-limit '10000001': write", "run", "--rate-limit", "10000001"),
                mistake("'--rate-limit': 'fast' is not an int", "trace", "--rate-limit", "fast"),
                mistake("skbstream run: --exclude-ports 'all': write auto, none", "run", "--exclude-ports", "all"),
                mistake("skbstream run: --exclude-ports '9092,': write auto", "run", "--exclude-ports", "9092,"),
                mistake("skbstream run: --exclude-ports '65536': write auto", "run", "--exclude-ports", "65536"),
                mistake(
                        "skbstream trace: --exclude-ports '9 ports': at most 8 are possible",
                        "trace",
                        "--exclude-ports",
                        "1,2,3,4,5,6,7,8,9"),
                mistake(
                        "skbstream trace: --device '0123456789abcdef': a device name has 1 to 15 bytes",
                        "trace",
                        "--device",
                        "0123456789abcdef"),
                mistake(
                        "skbstream run: --device '9 names': at most 8 are possible",
                        "run",
                        "--device",
                        "lo,lo,lo,lo,lo,lo,lo,lo,lo"),
                mistake(
                        "skbstream run: --btf '/no/such/file' cannot be read: no such file",
                        "run",
                        "--btf",
                        "/no/such/file"),
                mistake(
                        "skbstream trace: --btf '/' cannot be read: " + SystemWords.IS_A_DIRECTORY,
                        "trace",
                        "--btf",
                        "/"),
                mistake(
                        "skbstream doctor: --btf '/proc/version' is no BTF: it does not begin with the magic number",
                        "doctor",
                        "--btf",
                        "/proc/version"),
                mistake("skbstream doctor: --hook 'uprobe': there are auto", "doctor", "--hook", "uprobe"),
                mistake(
                        "skbstream run: --kafka-config '/no/such/file' cannot be read: no such file",
                        "run",
                        "--kafka-config",
                        "/no/such/file"),
                mistake("skbstream run: -K: a key or its value is missing; write KEY=VALUE", "run", "-K", "acks"),
                mistake("skbstream run: -K: a key or its value is missing", "run", "-K", "=1"),
                mistake(
                        "skbstream run: Unmatched argument at index 3 (not shown, since it may be a secret)",
                        "run",
                        "-K",
                        "sasl.jaas.config=ScramLoginModule",
                        "password=S3cret;"),
                mistake("skbstream run: acks=0: without acknowledgements", "run", "-K", "acks=0"),
                mistake("skbstream run: transactional.id: the agent sends no", "run", "-K", "transactional.id=x"),
                mistake(
                        "skbstream run: --bootstrap-servers '': the value is empty; write HOST:PORT",
                        "run",
                        "--bootstrap-servers",
                        ""),
                mistake(
                        "skbstream doctor: --bootstrap-servers '': the value is empty; write HOST:PORT",
                        "doctor",
                        "--bootstrap-servers",
                        ""),
                mistake("skbstream run: --topic 'a b': a topic has 1 to 249", "run", "--topic", "a b"),
                mistake("skbstream run: --host ' ': the value is empty; write NAME", "run", "--host", " "),
                mistake("skbstream run: --netns '4294967296': write self", "run", "--netns", "4294967296"),
                mistake("'here' is no address to listen at; write HOST:PORT", "run", "--metrics", "here"),
                mistake("skbstream run: --partitions 0: a topic has at least 1", "run", "--partitions", "0"),
                mistake("'--partitions': 'many' is not an int", "run", "--partitions", "many"),
                mistake("skbstream audit: --topic 'a b': a topic has 1 to 249", "audit", "--topic", "a b"),
                mistake("skbstream audit: --ledger-topic '': the value is empty", "audit", "--ledger-topic", ""),
                mistake("skbstream run: bootstrap.servers: it is empty; write HOST", "run", "-K", "bootstrap.servers="),
                mistake("skbstream run: schema.registry.url: it is empty; write", "run", "-K", "schema.registry.url="),
                mistake("skbstream trace: --count '0': write how many hits", "trace", "--count", "0"),
                mistake("skbstream trace: --pid '0': a process has a number from 1", "trace", "--pid", "0"),
                mistake(
                        "skbstream trace: --comm 'systemd-resolved': the kernel keeps 15 bytes of a name",
                        "trace",
                        "--comm",
                        "systemd-resolved"),
                mistake("'noon' is no start of a session; write it in ms", "audit", "--session", "noon"),
                mistake("skbstream audit: Unknown option: '--partitions'", "audit", "--partitions"));
    }

    private static Arguments mistake(String told, String... arguments) {
        return Arguments.of(told, arguments);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsOneLineAndExitCode2(String told, String[] arguments) {
        assertThat(execute(arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).startsWith("skbstream").contains(told).endsWith("; see --help\n");
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anUnknownDeviceIsToldWithTheDevicesThatThereAre() {
        List<String> devices;
        do { // until none came or went meanwhile
            err.getBuffer().setLength(0);
            devices = Kernel.running().devices();
            assertThat(execute("run", "--device", "lo,nosuchdev0")).isEqualTo(CommandLine.ExitCode.USAGE);
        } while (!devices.equals(Kernel.running().devices()));
        assertThat(err.toString())
                .contains("--device 'nosuchdev0': no such device here; there are " + String.join(", ", devices) + " (");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void aFolderAsConfigFileIsTold(@TempDir Path folder) {
        assertThat(execute("run", "--kafka-config", folder.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("--kafka-config '" + folder + "' cannot be read: " + SystemWords.IS_A_DIRECTORY
                        + "; name a Java properties file");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void aConfigFileThatIsNoTextIsTold(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("kafka.properties"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(execute("run", "--kafka-config", file.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("cannot be read: it is no UTF-8 text;");
    }

    @Test
    void aConfigFileWithAPasswordThatOthersMayReadIsRefusedWithItsModeAndTheRemedy(@TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("kafka.properties"), "ssl.key.password=S3cret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        for (String command : List.of("run", "audit", "doctor")) {
            assertThat(execute(command, "--kafka-config", file.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
        }
        assertThat(err.toString().lines()).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("--kafka-config " + file + " has mode 0644 (rw-r--r--), so that others than its owner can"
                        + " read it, and it holds a secret; chmod 600 " + file)
                .doesNotContain("S3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--help", "run --help", "trace --help", "doctor --help", "audit --help", "help", "help run"})
    void helpGoesToStdoutWithExitCode0(String words) {
        assertThat(execute(words.split(" "))).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString()).contains("Usage: skbstream");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesEveryCommand() {
        execute("--help");

        assertThat(out.toString()).contains("run", "trace", "doctor", "audit");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(execute("--version")).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString()).matches("skbstream \\d+\\.\\d+\\.\\d+.*\n");
        assertThat(err.toString()).isEmpty();
    }

    private int execute(String... arguments) {
        return Skbstream.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** Each command, with an argument that no command has. */
    @Test
    void noCommandQuotesWhatATerminalWouldActOn() {
        String hostile = "--\u001b]0;x\u0007\n\u202e";
        List<List<String>> all = commands(Skbstream.commandLine(), List.of());
        assertThat(all).hasSizeGreaterThan(8);
        for (List<String> command : all) {
            err.getBuffer().setLength(0);
            String[] arguments =
                    Stream.concat(command.stream(), Stream.of(hostile)).toArray(String[]::new);
            Skbstream.commandLine()
                    .setErr(new PrintWriter(err, true))
                    .setOut(new PrintWriter(out, true))
                    .execute(arguments);
            assertThat(err.toString()).as("%s", command).matches("[ -~]+\\n").contains("\\u001b]0;x\\u0007\\n\\u202e");
        }
    }

    private static List<List<String>> commands(CommandLine command, List<String> name) {
        Stream<List<String>> own = Stream.of(name);
        return Stream.concat(
                        own,
                        command.getSubcommands().entrySet().stream()
                                .filter(sub -> !sub.getKey().matches("help|generate-completion")) // picocli's own
                                .flatMap(sub -> commands(
                                        sub.getValue(),
                                        Stream.concat(name.stream(), Stream.of(sub.getKey()))
                                                .toList())
                                        .stream()))
                .toList();
    }
}
