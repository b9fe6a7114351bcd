package io.skbstream.chaos.kafka;

import io.skbstream.chaos.process.ChaosException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What an administrator can do to the agent. A client of its own each time, as the broker may have another life by then. */
public final class BrokerAdmin {

    /** Whom the agent logs in as, and with what. */
    public static final String USER = "agent";

    public static final String PASSWORD = "chaos";

    private static final int TIMEOUT_MS = 20_000;
    private static final int ITERATIONS = 4096;
    private static final int ATTEMPTS = 3;

    private final String bootstrapServers;

    public BrokerAdmin(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Makes the agent's user, or makes sure of it. */
    public void createUser() throws InterruptedException {
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, ITERATIONS);
        var user = new UserScramCredentialUpsertion(USER, credential, PASSWORD);
        call(
                "make the user",
                admin -> admin.alterUserScramCredentials(List.of(user)).all(),
                none -> false);
    }

    /** Takes its credential away; connections that are there stay. */
    public void deleteUser() throws InterruptedException {
        var user = new UserScramCredentialDeletion(USER, ScramMechanism.SCRAM_SHA_256);
        call(
                "delete the user",
                admin -> admin.alterUserScramCredentials(List.of(user)).all(),
                ResourceNotFoundException.class::isInstance);
    }

    /** Makes a topic of one partition, unless it is there. */
    public void createTopic(String topic) throws InterruptedException {
        var wanted = new NewTopic(topic, Optional.of(1), Optional.empty());
        call(
                "make topic " + topic,
                admin -> admin.createTopics(List.of(wanted)).all(),
                TopicExistsException.class::isInstance);
    }

    /** Deletes a topic, if it is there. */
    public void deleteTopic(String topic) throws InterruptedException {
        call(
                "delete topic " + topic,
                admin -> admin.deleteTopics(List.of(topic)).all(),
                UnknownTopicOrPartitionException.class::isInstance);
    }

    /** Bounds the batches that a topic takes. */
    public void limitBatches(String topic, int bytes) throws InterruptedException {
        alter(topic, new AlterConfigOp(entry(Integer.toString(bytes)), AlterConfigOp.OpType.SET));
    }

    /** Takes that bound away. */
    public void unlimitBatches(String topic) throws InterruptedException {
        alter(topic, new AlterConfigOp(entry(""), AlterConfigOp.OpType.DELETE));
    }

    /** Lets the agent do all with a topic but write to it. */
    public void denyWrite(String topic) throws InterruptedException {
        var acls = List.of(
                acl(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                acl(topic, AclOperation.WRITE, AclPermissionType.DENY));
        call("deny writing", admin -> admin.createAcls(acls).all(), none -> false);
    }

    /** Takes that ACL away. */
    public void allowWrite(String topic) throws InterruptedException {
        var acls =
                List.of(acl(topic, AclOperation.WRITE, AclPermissionType.DENY).toFilter());
        call("allow writing", admin -> admin.deleteAcls(acls).all(), none -> false);
    }

    private void alter(String topic, AlterConfigOp change) throws InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        call(
                "change topic " + topic,
                admin -> admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                        .all(),
                UnknownTopicOrPartitionException.class::isInstance);
    }

    private static ConfigEntry entry(String value) {
        return new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, value);
    }

    private static AclBinding acl(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + USER, "*", operation, permission));
    }

    private void call(String what, Function<Admin, KafkaFuture<?>> request, Predicate<Throwable> harmless)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    bootstrapServers,
                    "default.api.timeout.ms",
                    TIMEOUT_MS,
                    "request.timeout.ms",
                    5_000))) {
                request.apply(admin).get();
                return;
            } catch (ExecutionException failed) {
                if (harmless.test(failed.getCause())) {
                    return;
                }
                if (attempt == ATTEMPTS) {
                    throw new ChaosException("could not " + what + ": " + failed.getCause(), failed);
                }
            }
        }
    }
}
