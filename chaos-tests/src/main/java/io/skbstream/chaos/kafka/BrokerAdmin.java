package io.skbstream.chaos.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
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

/** What an administrator can do to the agent. */
public final class BrokerAdmin {

    /** Whom the agent logs in as, and with what. */
    public static final String USER = "agent";

    public static final String PASSWORD = "chaos";

    private static final int ITERATIONS = 4096;

    private final AdminCalls calls;

    public BrokerAdmin(String bootstrapServers) {
        this.calls = new AdminCalls(() -> bootstrapServers);
    }

    /** Makes the agent's user, or makes sure of it. */
    public void createUser() throws InterruptedException {
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, ITERATIONS);
        var user = new UserScramCredentialUpsertion(USER, credential, PASSWORD);
        calls.call(
                "make the user",
                admin -> admin.alterUserScramCredentials(List.of(user)).all(),
                none -> false);
    }

    /** Takes its credential away; connections that are there stay. */
    public void deleteUser() throws InterruptedException {
        var user = new UserScramCredentialDeletion(USER, ScramMechanism.SCRAM_SHA_256);
        calls.call(
                "delete the user",
                admin -> admin.alterUserScramCredentials(List.of(user)).all(),
                ResourceNotFoundException.class::isInstance);
    }

    /** Makes a topic of one partition, unless it is there. */
    public void createTopic(String topic) throws InterruptedException {
        var wanted = new NewTopic(topic, Optional.of(1), Optional.empty());
        calls.call(
                "make topic " + topic,
                admin -> admin.createTopics(List.of(wanted)).all(),
                TopicExistsException.class::isInstance);
    }

    /** Deletes a topic, if it is there. */
    public void deleteTopic(String topic) throws InterruptedException {
        calls.call(
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
        calls.call("deny writing", admin -> admin.createAcls(acls).all(), none -> false);
    }

    /** Takes that ACL away. */
    public void allowWrite(String topic) throws InterruptedException {
        var acls =
                List.of(acl(topic, AclOperation.WRITE, AclPermissionType.DENY).toFilter());
        calls.call("allow writing", admin -> admin.deleteAcls(acls).all(), none -> false);
    }

    private void alter(String topic, AlterConfigOp change) throws InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        calls.call(
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
}
