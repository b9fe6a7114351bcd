package io.skbstream.producer.cli;

import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where events go. */
final class KafkaOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.NETIF_RECEIVE,
            description = "Default: ${DEFAULT-VALUE}. Created if it is missing and may be.")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "For a topic that is created; else the broker's default.")
    private Integer partitions;

    @Option(names = "--replication-factor", paramLabel = "N", description = "Likewise.")
    private Short replicationFactor;

    @Option(
            names = "--ledger-topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.LEDGER,
            description = "Where the account goes every 10 s. Default: ${DEFAULT-VALUE}.")
    private String ledgerTopic;

    String ledgerTopic() {
        return cluster.topicName("--ledger-topic", ledgerTopic);
    }

    TopicSetup topic() {
        if (partitions != null && partitions < 1) {
            throw wrong("--partitions " + partitions, "a topic has at least 1");
        }
        if (replicationFactor != null && replicationFactor < 1) {
            throw wrong("--replication-factor " + replicationFactor, "it is at least 1");
        }
        return new TopicSetup(
                cluster.settings(),
                cluster.topicName("--topic", topic),
                Optional.ofNullable(partitions),
                Optional.ofNullable(replicationFactor),
                Map.of());
    }

    private ParameterException wrong(String what, String why) {
        return new ParameterException(command.commandLine(), what + ": " + why);
    }
}
