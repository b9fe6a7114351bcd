package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skbstream.producer.it.NeedsCommand;
import io.skbstream.producer.it.SecuredKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way not to come into a broker that is secured is told as docs/security.md has it. */
@NeedsCommand("openssl")
class ExplanationIT {

    private static final String PASSWORD = "wrong-S3cret";
    private static final Path DOCS = Path.of("../docs/security.md");

    private static SecuredKafka kafka;

    @TempDir
    private Path strangers;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = SecuredKafka.start();
        kafka.makeCertificates("web-1");
        kafka.setPassword("web-1", "right-S3cret");
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aCaThatIsNotTrusted() throws Exception {
        SecuredKafka.make(strangers);
        Map<String, String> keys = new HashMap<>(kafka.certified("web-1"));
        keys.put("ssl.truststore.location", strangers.resolve("ca.pem").toString());

        told(servers("CERTIFICATES"), keys, "is signed by no CA of ssl.truststore.location " + strangers);
    }

    @Test
    void aHostThatTheCertificateIsNotFor() throws Exception {
        told(
                servers("CERTIFICATES").replace("localhost", "127.0.0.1"),
                kafka.certified("web-1"),
                "the broker's certificate is for kafka, localhost, not for 127.0.0.1; name the broker");
    }

    @Test
    void aBrokerWhoseCertificateHasExpired() throws Exception {
        told(
                servers("LATE"),
                kafka.certified("web-1"),
                "the broker's certificate is not valid any more, it ended at 20");
    }

    @Test
    void aBrokerWhoseCertificateIsOfTomorrow() throws Exception {
        told(servers("EARLY"), kafka.certified("web-1"), "the broker's certificate is not valid yet, it begins at 20");
    }

    @Test
    void aClientWithoutACertificate() throws Exception {
        Map<String, String> keys = new HashMap<>(kafka.trusting());
        keys.put("security.protocol", "SSL");

        told(servers("CERTIFICATES"), keys, "it asks for a certificate and the client has none");
    }

    @Test
    void aClientWhoseCertificateHasExpired() throws Exception {
        kafka.makeCertificates("--days", "-1", "web-2");

        told(servers("CERTIFICATES"), kafka.certified("web-2"), "(CN=web-2, in ", "web-2.pem) is not valid any more");
    }

    @Test
    void aClientWhoseCertificateIsOfTomorrow() throws Exception {
        kafka.makeCertificates("web-4");
        SecuredKafka.putOff(kafka.folder(), "web-4");

        told(servers("CERTIFICATES"), kafka.certified("web-4"), "(CN=web-4, in ", "web-4.pem) is not valid yet");
    }

    @Test
    void aClientWithACertificateOfAnotherCa() throws Exception {
        SecuredKafka.make(strangers, "web-3");
        Map<String, String> keys = new HashMap<>(kafka.certified("web-1"));
        keys.put("ssl.keystore.location", strangers.resolve("web-3.pem").toString());

        told(servers("CERTIFICATES"), keys, "the broker refuses the client's certificate (CN=web-3, in " + strangers);
    }

    @Test
    void plainTextWhereTlsIsSpoken() throws Exception {
        told(servers("CERTIFICATES"), Map.of(), "speaks TLS, but security.protocol is PLAINTEXT; set it to SSL");
    }

    @Test
    void tlsWherePlainTextIsSpoken() throws Exception {
        Map<String, String> keys = new HashMap<>(kafka.certified("web-1"));
        keys.put("default.api.timeout.ms", "3000"); // until then it tries
        keys.put("request.timeout.ms", "2000");

        told(
                kafka.broker().bootstrapServers(),
                keys,
                "does not answer to TLS, likely since its listener takes plain text, but security.protocol is SSL");
    }

    @Test
    void aWrongPassword() throws Exception {
        told(
                servers("PASSWORDS"),
                kafka.loggedIn("web-1", PASSWORD),
                "the broker knows no user web-1 with this password");
    }

    @Test
    void aMechanismThatTheBrokerHasNot() throws Exception {
        Map<String, String> keys = new HashMap<>(kafka.loggedIn("web-1", PASSWORD));
        keys.put("sasl.mechanism", "SCRAM-SHA-256");

        told(servers("PASSWORDS"), keys, "the broker does not log clients in that way", "now SCRAM-SHA-256");
    }

    @Test
    void aTopicThatThisClientMayNotSee() throws Exception {
        told(
                servers("PASSWORDS"),
                kafka.loggedIn("web-1", "right-S3cret"),
                "kafka-acls.sh --bootstrap-server localhost:",
                "--add --allow-principal 'User:web-1' --operation Write --topic no-such-topic");
    }

    @Test
    void aTopicThatIsThereAndMayNotBeSeenIsNotSaidToBeCreated() throws Exception {
        kafka.setPassword("web-5", "right-S3cret");
        kafka.allowCreate("User:web-5");
        kafka.createTopics("hidden");
        KafkaSettings settings = new KafkaSettings(servers("PASSWORDS"), kafka.loggedIn("web-5", "right-S3cret"));

        try (ClusterVisit visit = new ClusterVisit(settings)) {
            assertThat(visit.ensure(topic(settings, "hidden")).created()).isFalse();
            assertThat(visit.ensure(topic(settings, "fresh")).created()).isTrue();
        }
    }

    private static TopicSetup topic(KafkaSettings settings, String name) {
        return new TopicSetup(settings, name, Optional.of(1), Optional.empty(), Map.of());
    }

    private static String servers(String listener) {
        return kafka.servers(listener);
    }

    /** As the visit of the cluster says it, with which an agent begins. */
    private static void told(String servers, Map<String, String> keys, String... words) throws Exception {
        Map<String, String> patient = new HashMap<>(Map.of("default.api.timeout.ms", "60000"));
        patient.putAll(keys);
        KafkaSettings settings = new KafkaSettings(servers, patient);
        TopicSetup topic = topic(settings, "no-such-topic");
        KafkaAwayException away = catchThrowableOfType(KafkaAwayException.class, () -> {
            try (ClusterVisit visit = new ClusterVisit(settings)) {
                visit.ensure(topic);
            }
        });
        assertThat(away.getMessage()).contains(words).doesNotContain("S3cret").doesNotContain("\n");
        assertThat(Files.readString(DOCS)).as("the documentation").contains(general(away.getMessage()));
    }

    /** With the documentation's names in the place of this run's. */
    private static String general(String said) {
        return said.replaceAll(Pattern.quote(System.getProperty("java.io.tmpdir")) + "/\\S+/", "/etc/skbstream/")
                .replaceAll("(localhost|127\\.0\\.0\\.1):\\d+", "$1:9093")
                .replaceAll("(ended|begins) at [0-9TZ:-]+", "$1 at 2026-11-25T05:36:26Z")
                .replace("(certificate_required)", "(bad_certificate)") // newer JDKs' word
                .replaceAll("CN=skbstream test CA [^;,)]+", "CN=skbstream test CA");
    }
}
