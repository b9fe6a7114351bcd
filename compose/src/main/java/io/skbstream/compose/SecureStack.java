package io.skbstream.compose;

import static io.skbstream.schemas.Topics.LOOPBACK_BY_HOST;
import static io.skbstream.schemas.Topics.NETIF_RECEIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of the stack with compose.secure.yaml: each test goes on where the one before has left it. */
@Tag("secure")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SecureStack {

    private final Stack stack = new Stack(List.of(), "compose.yaml", "compose.secure.yaml");

    @TempDir
    private Path secrets;

    @BeforeAll
    void up() {
        stack.up();
    }

    @AfterAll
    void down() {
        stack.down();
    }

    @Test
    @Order(1)
    void agentsDeliverByCertificateAndByPasswordAndTheJobReads() throws Exception {
        for (Host host : Host.values()) {
            Await.until(
                    host + " delivers",
                    () -> host.received(asAdmin().read(NETIF_RECEIVE, NetifReceive.class)),
                    count -> count > 0);
        }
        Await.until(
                "the job has rows of all three",
                () -> asAdmin().read(LOOPBACK_BY_HOST, LoopbackByHost.class).stream()
                        .map(row -> row.value().getHost())
                        .collect(Collectors.toSet()),
                hosts -> hosts.equals(Set.of("host-a", "host-b", "host-c")));
    }

    @Test
    @Order(2)
    void anAgentMayNotReadAndNobodyComesInWithoutACertificate() {
        assertThatThrownBy(() -> as("host-a", "host-a").read(NETIF_RECEIVE, NetifReceive.class))
                .isInstanceOf(TopicAuthorizationException.class);
        Map<String, Object> nobody = settings("host-a", "host-a");
        nobody.keySet().removeIf(key -> key.startsWith("ssl.keystore"));
        assertThatThrownBy(() -> new Topics(nobody).read(NETIF_RECEIVE, NetifReceive.class))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    @Order(3)
    void whatKeepsAnAgentOutIsNamedAndSpooledAndHealsOnceItIsMended() throws Exception {
        stack.compose("run", "--rm", "-T", "secrets", "--days", "-1", "--renew", "host-a");
        setPasswordOfHostB("another");
        tool("acls --remove --force --allow-principal User:CN=host-c --operation Write --topic " + NETIF_RECEIVE);
        restart(Host.A); // since it goes on with the certificate that it has read, which is good
        stack.compose("restart", "kafka"); // so that host-b has to log in anew

        said(Host.A, "certificate (CN=host-a, in /etc/skbstream/host-a.pem) is not valid any more");
        said(Host.B, "the broker knows no user host-b with this password");
        said(Host.C, "User:CN=host-c may not write to topic " + NETIF_RECEIVE);
        stack.awaitThatEventsWait();

        stack.compose("run", "--rm", "-T", "secrets", "--renew", "host-a");
        setPasswordOfHostB(passwordOfHostB());
        tool("acls --add --allow-principal User:CN=host-c --operation Write --topic " + NETIF_RECEIVE);
        stack.awaitThatNoneWaits();
    }

    @Test
    @Order(4)
    void nothingIsLostAndNoSecretIsSaid() throws Exception {
        for (Host host : Host.values()) {
            stack.compose("stop", host.traffic());
        }
        for (Host host : Host.values()) {
            long sent = host.sent(stack);
            Await.until(
                    "all datagrams of " + host + " are in the topic",
                    () -> host.received(asAdmin().read(NETIF_RECEIVE, NetifReceive.class)),
                    count -> count == sent);
        }
        stack.compose("stop", "host-a", "host-b", "host-c");
        stack.isComplete("host-a", "host-a", "host-b", "host-c");
        assertThat(stack.compose("logs")).isNotEmpty().doesNotContain(passwordOfHostB(), "PRIVATE KEY");
    }

    private void said(Host host, String line) throws InterruptedException {
        Await.until(host + " says: " + line, () -> stack.compose("logs", host.service()), log -> log.contains(line));
    }

    /** As a host that comes up again: at no time are there packets without an agent. */
    private void restart(Host host) throws InterruptedException {
        stack.compose("stop", host.traffic());
        stack.compose("restart", "--no-deps", host.service()); // "start" would run the service secrets, which renews
        stack.awaitHealthy(host.service());
        stack.compose("restart", "--no-deps", host.traffic());
    }

    private void setPasswordOfHostB(String password) {
        tool("configs --alter --entity-type users --entity-name host-b --add-config SCRAM-SHA-512=[password=" + password
                + "]");
    }

    private String passwordOfHostB() throws IOException {
        return Files.readString(folder("kafka-setup").resolve("host-b.password"))
                .strip();
    }

    /** One of Kafka's tools, as the administrator; its words are told apart by spaces. */
    private void tool(String line) {
        stack.compose(("exec -T kafka /opt/kafka/bin/kafka-" + line.replaceFirst(" ", ".sh ")
                        + " --bootstrap-server localhost:9092 --command-config /etc/skbstream/client.properties")
                .split(" "));
    }

    private Topics asAdmin() {
        return as("kafka-setup", "admin");
    }

    private Topics as(String service, String name) {
        return new Topics(settings(service, name));
    }

    private Map<String, Object> settings(String service, String name) {
        Path folder = folder(service);
        return new HashMap<>(Map.of(
                "bootstrap.servers", "localhost:9092",
                "security.protocol", "SSL",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", folder.resolve("ca.pem").toString(),
                "ssl.keystore.type", "PEM",
                "ssl.keystore.location", folder.resolve(name + ".pem").toString()));
    }

    /** The secrets of a service, as its container has them now. */
    private Path folder(String service) {
        Path folder = secrets.resolve(service);
        stack.compose("cp", service + ":/etc/skbstream/.", folder.toString());
        return folder;
    }
}
