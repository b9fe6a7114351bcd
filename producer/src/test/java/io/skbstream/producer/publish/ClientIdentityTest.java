package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate a client shows, of all that its key store has. */
class ClientIdentityTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    @Test
    void aKeyStoreWithoutEntriesShowsNothing() throws Exception {
        KeyStore none = KeyStore.getInstance("PKCS12");
        none.load(null, null);

        assertThat(identity(none).certificate()).isEmpty();
        assertThat(identity(none).principal()).isEqualTo("User:ANONYMOUS");
    }

    @Test
    void theCertificateIsTheOneWithAKeyAndNotThatOfACaBeforeIt() throws Exception {
        KeyStore both = KeyStore.getInstance("JKS");
        both.load(null, null);
        both.setCertificateEntry("b", pair("ca").getCertificate("ca"));
        var password = new PasswordProtection(PASSWORD.toCharArray());
        both.setEntry("a", pair("web-1").getEntry("web-1", password), password);
        assertThat(both.aliases().nextElement())
                .as("the first one, by no alphabet")
                .isEqualTo("b");

        assertThat(identity(both).principal()).isEqualTo("User:CN=web-1");
    }

    @ParameterizedTest
    @CsvSource({
        "'',       '',                           PLAINTEXT, User:ANONYMOUS",
        "ssl,      '',                           SSL,       User:ANONYMOUS",
        "Sasl_Ssl, Module required username=bob, SASL_SSL,  User:bob",
        "SASL_SSL, OtherModule required,         SASL_SSL,  User:NAME",
    })
    void protocolAndNameAreAsKafkaTakesThem(String given, String jaas, String protocol, String principal) {
        var client = ClientIdentity.of(Map.of("security.protocol", given, "sasl.jaas.config", jaas));

        assertThat(client.securityProtocol()).isEqualTo(protocol);
        assertThat(client.principal()).isEqualTo(principal);
    }

    private ClientIdentity identity(KeyStore store) throws Exception {
        Path file = folder.resolve("own");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return ClientIdentity.of(Map.of(
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                store.getType(),
                "ssl.keystore.location",
                file.toString(),
                "ssl.keystore.password",
                PASSWORD,
                "ssl.key.password",
                PASSWORD));
    }

    /** A key and its certificate, by the JDK's own tool. */
    private KeyStore pair(String name) throws Exception {
        Path file = folder.resolve(name);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keyalg", "EC", "-alias", name, "-dname", "CN=" + name));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
