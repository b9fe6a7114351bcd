package io.skbstream.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.embeddedkafka.BrokerSettings.ScramListener;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a broker has beyond one plain listener and a temporary folder. */
@Timeout(600)
class KeptAndGuardedTest {
    private static final String TOPIC = "greetings";
    private static final String USER = "agent";
    private static final int PATIENCE_MS = 180_000;

    @Test
    void dataInAFolderThatWasGivenOutlivesTheBroker(@TempDir Path folder) throws Exception {
        var settings = BrokerSettings.defaults().withFolder(folder.resolve("data"));
        try (var kafka = EmbeddedKafka.start(settings);
                var admin = plain(kafka)) {
            createTopic(admin);
        }
        try (var kafka = EmbeddedKafka.start(settings);
                var admin = plain(kafka)) {
            assertThat(admin.listTopics().names().get()).contains(TOPIC);
        }
    }

    @Test
    void usersThatLogInAreHeldToTheAclsAndOthersAreNot() throws Exception {
        var settings = BrokerSettings.defaults().withScram(new ScramListener(0, 0));
        try (var kafka = EmbeddedKafka.start(settings);
                var admin = plain(kafka)) {
            createTopic(admin);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "right")))
                    .all()
                    .get();
            String servers = kafka.scramBootstrapServers().orElseThrow();
            awaitLogin(loggedIn(servers, "right"));
            produce(loggedIn(servers, "right"));
            assertThatThrownBy(() -> produce(loggedIn(servers, "wrong")))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);

            admin.createAcls(List.of(
                            acl(AclOperation.ALL, AclPermissionType.ALLOW),
                            acl(AclOperation.WRITE, AclPermissionType.DENY)))
                    .all()
                    .get();
            Await.until("the broker has the ACLs", () -> isDenied(loggedIn(servers, "right")));
            produce(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        }
    }

    @Test
    void clientsThatLogInAreSentToThePortThatIsAdvertised() throws Exception {
        try (var proxy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var settings = BrokerSettings.defaults().withScram(new ScramListener(0, proxy.getLocalPort()));
            try (var kafka = EmbeddedKafka.start(settings);
                    var admin = plain(kafka)) {
                int plain =
                        admin.describeCluster().nodes().get().iterator().next().port();
                assertThat("127.0.0.1:" + plain).isEqualTo(kafka.bootstrapServers());
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "right")))
                        .all()
                        .get();
                proxy.setSoTimeout(5_000);
                String direct = kafka.scramBootstrapServers().orElseThrow();
                Await.until("a client that has logged in connects to the proxy", () -> {
                    var user = Admin.create(loggedIn(direct, "right"));
                    try {
                        user.describeCluster(); // fails as long as the broker does not know the user
                        proxy.accept().close();
                        return true;
                    } catch (SocketTimeoutException notYet) {
                        return false;
                    } finally {
                        user.close(Duration.ZERO);
                    }
                });
            }
        }
    }

    private static Admin plain(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static void createTopic(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static void produce(Map<String, Object> client) throws ExecutionException, InterruptedException {
        var settings = new HashMap<>(client);
        settings.put("max.block.ms", PATIENCE_MS);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "host", "hello")).get();
        }
    }

    /** The broker takes a new user's password a moment after the controller. */
    private static void awaitLogin(Map<String, Object> client) throws Exception {
        Await.until("the broker knows the user", () -> {
            try (var user = Admin.create(client)) {
                user.describeCluster().nodes().get();
                return true;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(SaslAuthenticationException.class);
                return false;
            }
        });
    }

    private static boolean isDenied(Map<String, Object> client) throws InterruptedException {
        try {
            produce(client);
            return false;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return true;
        }
    }

    private static Map<String, Object> loggedIn(String servers, String password) {
        return Map.of(
                "bootstrap.servers",
                servers,
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(USER, password));
    }

    private static AclBinding acl(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                new AccessControlEntry("User:" + USER, "*", operation, permission));
    }
}
