package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.producer.kernel.Kernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a user gets wrong is one clear line, with the right exit code. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class BadInputIT {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Test
    void anUnknownOptionIsNamed() throws Exception {
        refused(USAGE, List.of("'--devcie'", "skbstream run: ", "see --help"), "run", "--devcie", "lo");
    }

    @Test
    void aSampleOfNoneIsExplained() throws Exception {
        refused(USAGE, List.of("'1/0'", "1/N"), "run", "--sample", "1/0");
        refused(USAGE, List.of("'0'", "1/N"), "run", "--sample", "0");
    }

    @Test
    void anUnknownDeviceIsAnsweredWithTheKnownOnes() throws Exception {
        refused(USAGE, List.of("'eth99'", "there are", "lo"), "run", "--device", "eth99");
    }

    @Test
    void anUnreadableConfigFileIsNamed(@TempDir Path folder) throws Exception {
        refused(USAGE, List.of("/no/such/file", "no such file"), "run", "--kafka-config", "/no/such/file");
        refused(USAGE, List.of(folder.toString(), "cannot be read"), "run", "--kafka-config", folder.toString());
    }

    @Test
    void anUnreachableBrokerIsNamedAndTheAgentCapturesAllTheSame() throws Exception {
        warned(
                List.of("no Kafka broker answers at 127.0.0.1:9", "--bootstrap-servers", "events wait in the spool"),
                "run",
                "--bootstrap-servers",
                "127.0.0.1:9");
    }

    @Test
    void theBrokerMayBeNamedAmongKafkasOwnKeys(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), "bootstrap.servers=127.0.0.1:9\n");
        warned(List.of("no Kafka broker answers at 127.0.0.1:9"), "run", "--kafka-config", file.toString());
    }

    @Test
    void aServerThatHasNoAddressIsNamedAndTheAgentCapturesAllTheSame() throws Exception {
        warned(
                List.of("none of the servers no.such.host.invalid:9092 has an address", "events wait in the spool"),
                "run",
                "--bootstrap-servers",
                "no.such.host.invalid:9092");
    }

    @Test
    void aSpoolFolderThatCannotBeMadeIsNamed() throws Exception {
        refused(
                FAILED,
                List.of("/proc/no-folder", "--spool-dir"),
                "run",
                "--bootstrap-servers",
                "127.0.0.1:9",
                "--spool-dir",
                "/proc/no-folder");
    }

    @Test
    void aCommandThatIsNotThereIsNamedBeforeAnythingIsTraced() throws Exception {
        refused(127, List.of("cannot run 'nosuchcommand'", "PATH"), "trace", "--", "nosuchcommand");
        refused(127, List.of("cannot run '/no/such/file'"), "trace", "/no/such/file", "--", "x");
        refused(2, List.of("no command comes after --"), "trace", "--device", "lo", "--");
        refused(127, List.of("cannot run '': there is no such program"), "trace", "--", "");
    }

    @Test
    void aCommandThatCannotBeExecutedIsNamedBeforeAnythingIsTraced() throws Exception {
        refused(126, List.of("cannot run '/proc/version'", "may not execute"), "trace", "--", "/proc/version");
        refused(126, List.of("cannot run '/tmp'", "folder"), "trace", "--", "/tmp");
    }

    @Test
    void whatFailsBesideACommandIsToldFromIt() throws Exception {
        assumeFalse(Kernel.running().kprobes().exist(), "needs a kernel without kprobes, to refuse one");
        refused(125, List.of("no kprobes"), "trace", "--hook", "kprobe", "--", "true");
        refused(FAILED, List.of("no kprobes"), "trace", "--hook", "kprobe", "--duration", "1s");
    }

    @Test
    void aKprobeOnAKernelWithoutKprobesIsRefusedWithTheReason(Broker broker) throws Exception {
        assumeFalse(Kernel.running().kprobes().exist(), "needs a kernel without kprobes, to refuse one");
        refused(
                FAILED,
                List.of("no kprobes", "--hook auto"),
                "run",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--hook",
                "kprobe",
                "--topic",
                "refused");
    }

    @Test
    void withoutRootTheMissingCapabilitiesAreNamed(@TempDir Path folder) throws Exception {
        try (var agent = AgentProcess.startAsNobody(folder, List.of(), "run", "--bootstrap-servers", "127.0.0.1:9")) {
            isRefused(agent, FAILED, List.of("CAP_BPF", "CAP_PERFMON", "root"));
        }
    }

    @Test
    void aTopicThatMayNotBeCreatedComesWithTheCommandThatCreatesIt() throws Exception {
        Map<String, String> withAcls =
                Map.of("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(withAcls);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createAcls(Set.of(
                            denied(ResourceType.CLUSTER, "kafka-cluster"), denied(ResourceType.TOPIC, "forbidden")))
                    .all()
                    .get();
            warned(
                    List.of("topic forbidden", "may not create it", "kafka-topics.sh", "--create --topic forbidden"),
                    "run",
                    "--bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--topic",
                    "forbidden");
        }
    }

    private static AclBinding denied(ResourceType type, String name) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", AclOperation.CREATE, AclPermissionType.DENY));
    }

    private static void refused(int exitCode, List<String> words, String... arguments) throws Exception {
        try (var agent = AgentProcess.start(arguments)) {
            isRefused(agent, exitCode, words);
        }
    }

    /** It says so in one line and runs on. */
    private static void warned(List<String> words, String... arguments) throws Exception {
        try (var traffic = new LoopbackTraffic(); // of which there is none: what the host does could fill the ring
                var agent = AgentProcess.start(
                        Stream.concat(Stream.of(arguments), Stream.of("--netns", Long.toString(traffic.inode())))
                                .toArray(String[]::new))) {
            agent.awaitCapturing();
            agent.awaitLine(Stream.concat(Stream.of(" WARN "), words.stream()).toArray(String[]::new));
            agent.ledger();
        }
    }

    private static void isRefused(AgentProcess agent, int exitCode, List<String> words) throws Exception {
        assertThat(agent.exitCode()).as(agent.err()).isEqualTo(exitCode);
        assertThat(agent.out()).isEmpty();
        List<String> lines =
                agent.err().lines().filter(line -> !line.contains(" INFO ")).toList();
        assertThat(lines).as("one line").hasSize(1);
        assertThat(lines.get(0)).contains(words);
    }
}
