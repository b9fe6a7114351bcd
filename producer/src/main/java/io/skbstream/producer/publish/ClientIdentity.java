package io.skbstream.producer.publish;

import io.skbstream.clients.Secrets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * As whom a client comes to Kafka, and how; immutable.
 *
 * @param keys of Kafka's client, secrets among them
 * @param certificate what the client shows of itself; empty if it shows nothing, or it cannot be read
 */
record ClientIdentity(Map<String, String> keys, Optional<X509Certificate> certificate) {

    private static final Pattern USER = Pattern.compile("username\\s*=\\s*[\"']?([^\"'\\s;]+)");

    /** Reads the certificate, too. */
    static ClientIdentity of(Map<String, String> keys) {
        return new ClientIdentity(Map.copyOf(keys), certificateIn(keys));
    }

    /** PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; Kafka takes small letters, too. */
    String securityProtocol() {
        String given = value(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
        return given.isEmpty() ? CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL : given.toUpperCase(Locale.ROOT);
    }

    /** What is set for a key that is no secret; empty if nothing. */
    String value(String key) {
        return keys.getOrDefault(key, "");
    }

    /** The same for a person: nothing that may be a password in the wrong place. */
    String shown(String key) {
        return Secrets.shown(key, value(key));
    }

    /** Who logs in, if that is by name and password. */
    String user() {
        Matcher name = USER.matcher(value(SaslConfigs.SASL_JAAS_CONFIG));
        return name.find() ? name.group(1) : "";
    }

    /** What ACLs call this client, unless the broker has rules of its own for that; NAME where only the broker knows it. */
    String principal() {
        if (securityProtocol().startsWith("SASL")) {
            return "User:" + (user().isEmpty() ? "NAME" : user());
        }
        return "User:"
                + certificate
                        .map(own -> own.getSubjectX500Principal().getName())
                        .orElse("ANONYMOUS");
    }

    private static Optional<X509Certificate> certificateIn(Map<String, String> keys) {
        Map<String, Object> config = new HashMap<>(keys);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
        try (var engines = new DefaultSslEngineFactory()) {
            engines.configure(new AdminClientConfig(config).values());
            KeyStore own = engines.keystore();
            return own == null ? Optional.empty() : firstWithKey(own);
        } catch (KafkaException | GeneralSecurityException unreadable) { // the client itself says so
            return Optional.empty();
        }
    }

    /** The others are of CAs. */
    private static Optional<X509Certificate> firstWithKey(KeyStore own) throws KeyStoreException {
        for (String alias : Collections.list(own.aliases())) {
            if (own.isKeyEntry(alias)) {
                return Optional.ofNullable((X509Certificate) own.getCertificate(alias));
            }
        }
        return Optional.empty();
    }

    /** A text of Kafka's, without secrets. */
    String hideIn(String text) {
        return Secrets.hideIn(String.valueOf(text), keys);
    }

    /** Nothing of what the keys are. */
    @Override
    public String toString() {
        return principal();
    }
}
