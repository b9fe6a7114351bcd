package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.BrokerSettings;
import io.skbstream.embeddedkafka.BrokerSettings.Listener;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Utils;

/**
 * A real broker that lets in only whom it knows, by certificate or by password over TLS, and to what ACLs allow. Its plain
 * listener is for the test, which may do all. The certificates are those of the local stack's script.
 */
public final class SecuredKafka implements AutoCloseable {

    private static final Path SCRIPT =
            Path.of("../compose/secure/make-certificates").toAbsolutePath();

    /** As the script does it, but for the date, which only "openssl ca" can be told. */
    private static final String PUT_OFF =
            """
            set -e
            dir=$(mktemp -d)
            trap 'rm -r "$dir"' EXIT
            touch "$dir/index"
            printf '%s\\n' '[ca]' default_ca=own '[own]' "database=$dir/index" "new_certs_dir=$dir" "serial=$dir/serial" policy=names \
                '[names]' commonName=supplied '[names_of]' subjectAltName=DNS:localhost > "$dir/config"
            openssl pkey -in "$1.pem" -out "$dir/key"
            openssl req -new -key "$dir/key" -subj "/CN=$1" -out "$dir/request"
            openssl ca -batch -notext -config "$dir/config" -extensions names_of -cert ca.pem -keyfile ca.key -md sha256 \
                -create_serial -startdate "$(date -ud tomorrow +%Y%m%d%H%M%SZ)" \
                -enddate "$(date -ud '3 days' +%Y%m%d%H%M%SZ)" -in "$dir/request" -out "$dir/certificate"
            cat "$dir/key" "$dir/certificate" ca.pem > "$1.pem"
            """;

    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final int ITERATIONS = 4096;

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final Admin admin;

    private SecuredKafka(Path folder, EmbeddedKafka kafka) {
        this.folder = folder;
        this.kafka = kafka;
        this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    /** Needs openssl, which makes the certificates. */
    public static SecuredKafka start() throws Exception {
        Path folder = Files.createTempDirectory("skbstream-secured-");
        make(folder, "--server", "kafka,localhost");
        make(folder, "--server", "late,localhost", "--days", "-1");
        make(folder, "--server", "early,localhost");
        putOff(folder, "early");
        Map<String, String> asks = new HashMap<>(certificate(folder, "kafka"));
        asks.put("ssl.client.auth", "required");
        asks.putAll(trust(folder));
        Map<String, String> logsIn = new HashMap<>(certificate(folder, "kafka"));
        logsIn.put("sasl.enabled.mechanisms", MECHANISM);
        logsIn.put(
                "scram-sha-512.sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        BrokerSettings settings = BrokerSettings.defaults()
                .withListener(Listener.secured("CERTIFICATES", "SSL", asks))
                .withListener(Listener.secured("PASSWORDS", "SASL_SSL", logsIn))
                .withListener(Listener.secured("LATE", "SSL", certificate(folder, "late")))
                .withListener(Listener.secured("EARLY", "SSL", certificate(folder, "early")))
                .withOverrides(Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "false",
                        "super.users",
                        "User:node;User:ANONYMOUS"));
        return new SecuredKafka(folder, EmbeddedKafka.start(settings));
    }

    /** For the test's own eyes. */
    public Broker broker() {
        return new Broker(kafka);
    }

    /** Where clients of a listener connect to: CERTIFICATES, PASSWORDS, LATE, EARLY. */
    public String servers(String listener) {
        return kafka.bootstrapServers(listener);
    }

    public Path folder() {
        return folder;
    }

    /** Runs the script on this broker's CA. */
    public void makeCertificates(String... arguments) throws Exception {
        make(folder, arguments);
    }

    /** The settings of a client that trusts this broker's CA. */
    public Map<String, String> trusting() {
        return trust(folder);
    }

    /** The settings of a client with a certificate of the script. */
    public Map<String, String> certified(String name) {
        return join(join(Map.of("security.protocol", "SSL"), trust(folder)), certificate(folder, name));
    }

    /** The settings of a client that logs in. */
    public Map<String, String> loggedIn(String user, String password) {
        return join(
                trust(folder),
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        MECHANISM,
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                                .formatted(user, password)));
    }

    public void setPassword(String user, String password) throws Exception {
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)))
                .all()
                .get();
    }

    public void createTopics(String... names) throws Exception {
        admin.createTopics(Stream.of(names)
                        .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                        .toList())
                .all()
                .get();
    }

    /** Lets a principal write to a topic, and nothing else. */
    public void allow(String principal, String topic) throws Exception {
        admin.createAcls(List.of(mayWrite(principal, topic))).all().get();
    }

    /** Lets a principal create topics, and see none. */
    public void allowCreate(String principal) throws Exception {
        ResourcePattern cluster = new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
        var create = new AccessControlEntry(principal, "*", AclOperation.CREATE, AclPermissionType.ALLOW);
        admin.createAcls(List.of(new AclBinding(cluster, create))).all().get();
    }

    public void forbid(String principal, String topic) throws Exception {
        admin.deleteAcls(List.of(mayWrite(principal, topic).toFilter())).all().get();
    }

    /** A file for {@code --kafka-config}, of its owner alone. */
    public Path config(String name, Map<String, String> keys) throws IOException {
        List<String> lines = new ArrayList<>();
        keys.forEach((key, value) -> lines.add(key + "=" + value));
        Path file = folder.resolve(name);
        Path fresh = folder.resolve(name + ".new");
        Files.write(fresh, lines);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        admin.close();
        kafka.close();
        Utils.delete(folder.toFile());
    }

    /** Runs the script in any folder. */
    public static void make(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "--folder", folder.toString()));
        command.addAll(List.of(arguments));
        run(folder, command);
    }

    /** Makes a certificate of the script anew, for the name localhost, so that it begins tomorrow. */
    public static void putOff(Path folder, String name) throws Exception {
        run(folder, List.of("bash", "-c", PUT_OFF, "put-off", name));
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static Map<String, String> certificate(Path folder, String name) {
        return Map.of(
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.location",
                folder.resolve(name + ".pem").toString());
    }

    private static Map<String, String> trust(Path folder) {
        return Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                folder.resolve("ca.pem").toString());
    }

    private static Map<String, String> join(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static AclBinding mayWrite(String principal, String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.WRITE, AclPermissionType.ALLOW));
    }
}
