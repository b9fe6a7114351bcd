package io.skbstream.chaos.run;

import io.skbstream.chaos.account.AuditLine;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.kafka.TopicReader;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.process.MountNamespace;
import io.skbstream.chaos.process.SkbstreamCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs the audit, and reads both topics without it. */
public final class EvidenceReader {

    private final Jars jars;
    private final MountNamespace mounts;
    private final Path folder;
    private final String bootstrapServers;
    private final Optional<String> registry;

    /** @param folder where the audit's output goes */
    public EvidenceReader(Jars jars, MountNamespace mounts, Path folder, String bootstrapServers) {
        this(jars, mounts, folder, bootstrapServers, Optional.empty());
    }

    /** @param registry URL of the schema registry that records name their schema in, if any */
    public EvidenceReader(
            Jars jars, MountNamespace mounts, Path folder, String bootstrapServers, Optional<String> registry) {
        this.jars = jars;
        this.mounts = mounts;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.registry = registry;
    }

    /** Reads all that is known of these agents; see {@link Evidence} for the other parameters. */
    public Evidence read(
            String topic,
            String ledgerTopic,
            long netns,
            List<AgentLife> lives,
            boolean logsWereLost,
            boolean diskFailed)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("audit", "--bootstrap-servers", bootstrapServers, "--topic", topic));
        command.addAll(List.of("--ledger-topic", ledgerTopic, "--json"));
        registry.ifPresent(url -> command.addAll(List.of("--registry", url)));
        SkbstreamCommand.Result audit = SkbstreamCommand.run(jars, mounts, folder, command);
        if (audit.out().isEmpty() && audit.exitCode() != 0) {
            throw new ChaosException("the audit failed, exit code " + audit.exitCode() + ":" + audit.tail());
        }
        TopicReader reader = reader();
        return new Evidence(
                netns,
                lives,
                AuditLine.parse(audit.out()).stream()
                        .collect(Collectors.toMap(AuditLine::session, Function.identity())),
                audit.exitCode(),
                reader.events(topic),
                reader.ledgers(ledgerTopic),
                logsWereLost,
                diskFailed);
    }

    /** Reads topics without the audit. */
    public TopicReader reader() {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
        settings.put("isolation.level", "read_committed");
        registry.ifPresent(url -> settings.put("schema.registry.url", url));
        return new TopicReader(settings);
    }
}
