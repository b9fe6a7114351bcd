package io.skbstream.chaos.cluster;

import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.process.Child;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two certificates that the brokers may have, one in place of the other. Clients trust both, as an operator sees to first. Immutable. */
final class Certificates {

    static final int GENERATIONS = 2;

    private static final String PASSWORD = "not-a-secret";
    private static final String ALIAS = "broker";
    private static final String TYPE = "PKCS12";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes them. */
    static Certificates make(Path folder) throws IOException, InterruptedException {
        Certificates made = new Certificates(folder);
        for (int generation = 0; generation < GENERATIONS; generation++) {
            made.generate(made.keystore(generation));
        }
        made.trustAll();
        return made;
    }

    private void generate(Path keystore) throws IOException, InterruptedException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String command = "%s -genkeypair -alias %s -keyalg EC -dname CN=kafka -ext san=ip:127.0.0.1,dns:localhost"
                + " -validity 30 -keystore %s -storetype %s -storepass %s";
        List<String> words = List.of(
                command.formatted(keytool, ALIAS, keystore, TYPE, PASSWORD).split(" "));
        try (Child child = Child.start("keytool", folder, words)) {
            if (child.awaitEnd(LIMIT) != 0) {
                throw new ChaosException("keytool made no certificate: " + child.out() + child.tail());
            }
        }
    }

    private void trustAll() throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(TYPE);
            all.load(null, null);
            for (int generation = 0; generation < GENERATIONS; generation++) {
                KeyStore one = KeyStore.getInstance(TYPE);
                try (InputStream in = Files.newInputStream(keystore(generation))) {
                    one.load(in, PASSWORD.toCharArray());
                }
                all.setCertificateEntry("generation-" + generation, one.getCertificate(ALIAS));
            }
            try (OutputStream out = Files.newOutputStream(truststore())) {
                all.store(out, PASSWORD.toCharArray());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot write " + truststore() + ": " + e.getMessage(), e);
        }
    }

    /** A certificate and its key. */
    Path keystore(int generation) {
        return folder.resolve("generation-" + generation + ".p12");
    }

    private Path truststore() {
        return folder.resolve("trusted.p12");
    }

    /** Settings of a broker's listener, without the listener's prefix. */
    Map<String, String> ofListener() {
        return Map.of(
                "ssl.keystore.location", keystore(0).toString(),
                "ssl.keystore.type", TYPE,
                "ssl.keystore.password", PASSWORD,
                "ssl.key.password", PASSWORD);
    }

    /** Settings of a client. */
    Map<String, String> ofClient() {
        return Map.of(
                "security.protocol",
                "SSL",
                "ssl.truststore.location",
                truststore().toString(),
                "ssl.truststore.type",
                TYPE,
                "ssl.truststore.password",
                PASSWORD);
    }
}
