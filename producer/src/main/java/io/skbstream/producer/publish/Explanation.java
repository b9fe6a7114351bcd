package io.skbstream.producer.publish;

import io.skbstream.clients.AdvertisedBrokers;
import io.skbstream.clients.PlainPeer;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * Why Kafka and this client do not come together, and what mends it, for whoever runs the agent: certificates, passwords,
 * protocols, rights. May connect to a server to look at its certificate, so it is for a thread that may wait.
 *
 * @param servers {@code host:port}, comma-separated
 * @param topic that it was about; empty if none, or not known
 * @param client as whom it came, at the time of the failure
 */
record Explanation(String servers, String topic, ClientIdentity client) {

    private static final Pattern WRONG_HOST = Pattern.compile("[Nn]o (?:subject alternative )?"
            + "(?:DNS )?(?:names?|IP addresses)? ?(?:matching|present)(?: IP address)? ?(\\S*)");
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /** Words of the JDK: no CA at all, none of that name, one of that name with another key. */
    private static final List<String> UNTRUSTED =
            List.of("trustAnchors", "rust anchor", "unable to find valid certification path", "signature check failed");

    private static final int CAUSES = 16;

    /** A sentence, of which the last part says what to do; empty if the failure is of another kind. */
    Optional<String> of(Throwable failure) {
        if (failure instanceof SslAuthenticationException || failure instanceof SSLException) {
            return Optional.of(ofTls(failure));
        }
        if (failure instanceof UnsupportedSaslMechanismException || failure instanceof IllegalSaslStateException) {
            return Optional.of("the broker does not log clients in that way (" + client.hideIn(failure.getMessage())
                    + "); correct sasl.mechanism (now " + client.shown("sasl.mechanism")
                    + ") and security.protocol (now "
                    + client.securityProtocol() + ")");
        }
        if (failure instanceof SaslAuthenticationException && client.user().isEmpty()) {
            return Optional.of("the broker refuses this login by " + client.shown("sasl.mechanism") + " ("
                    + client.hideIn(failure.getMessage())
                    + "); correct sasl.jaas.config and the other sasl.… settings");
        }
        if (failure instanceof SaslAuthenticationException) {
            return Optional.of("the broker knows no user " + client.user() + " with this password ("
                    + client.hideIn(failure.getMessage())
                    + "); correct sasl.jaas.config in the file of --kafka-config, which is read again, or the user in"
                    + " Kafka (kafka-configs.sh --alter --add-config --entity-type users)");
        }
        if (failure instanceof TopicAuthorizationException refused) {
            return Optional.of(ofTopics(refused.unauthorizedTopics()));
        }
        if (failure instanceof ClusterAuthorizationException) {
            return Optional.of(client.principal() + " may not do this in the cluster (" + failure.getMessage()
                    + "); brokers before 2.8 ask for more: " + acls("--operation IdempotentWrite --cluster"));
        }
        return failure instanceof TimeoutException
                ? ofSilence().or(() -> ofBrokers(client.hideIn(failure.getMessage())))
                : Optional.empty();
    }

    private String ofTopics(Set<String> topics) {
        String names = topics.isEmpty() ? "a topic" : "topic " + String.join(", ", topics);
        return client.principal() + " may not write to " + names + "; let someone who may run: "
                + acls("--operation Write"
                        + String.join(
                                "", topics.stream().map(" --topic "::concat).toList()));
    }

    private String acls(String what) {
        return "kafka-acls.sh --bootstrap-server " + servers + " --add --allow-principal '" + client.principal() + "' "
                + what;
    }

    private String ofTls(Throwable failure) {
        List<Throwable> causes = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(CAUSES)
                .toList();
        if (has(causes, CertificateExpiredException.class, "")) {
            return "the broker's certificate is not valid any more"
                    + date(", it ended at ", X509Certificate::getNotAfter)
                    + "; renew it at the broker, or correct this host's clock";
        }
        if (has(causes, CertificateNotYetValidException.class, "")) {
            return "the broker's certificate is not valid yet" + date(", it begins at ", X509Certificate::getNotBefore)
                    + "; correct this host's clock, or give the broker a certificate that is valid now";
        }
        Optional<String> host = wrongHost(causes);
        if (host.isPresent()) {
            return "the broker's certificate is "
                    + certificate().map(peer -> "for " + peer.names() + ", ").orElse("")
                    + "not for " + host.get()
                    + "; name the broker as its certificate does, in --bootstrap-servers and in its advertised.listeners, or"
                    + " give it a certificate for that name";
        }
        if (UNTRUSTED.stream().anyMatch(words -> has(causes, Exception.class, words))) {
            return "the broker's certificate" + issuer() + " is signed by no CA " + trusted();
        }
        Matcher alert = ALERT.matcher(String.valueOf(last(causes)));
        if (alert.find()) {
            return ofAlert(alert.group(1));
        }
        return ofSilence()
                .orElse("TLS with the broker fails (" + client.hideIn(last(causes))
                        + "); correct security.protocol (now " + client.securityProtocol() + ") or the ssl.… settings");
    }

    /** The broker has ended the handshake, mostly over what this client showed of itself. */
    private String ofAlert(String alert) {
        Optional<X509Certificate> own = client.certificate();
        if (own.isEmpty()) {
            return "the broker refuses this client (" + alert
                    + "), likely since it asks for a certificate and the client has none; name one in ssl.keystore.location,"
                    + " with ssl.keystore.type=PEM if it is a PEM file";
        }
        String which = "the client's certificate (" + own.get().getSubjectX500Principal() + ", in "
                + client.shown(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG) + ")";
        try {
            own.get().checkValidity();
        } catch (CertificateExpiredException expired) {
            return which + " is not valid any more, it ended at "
                    + own.get().getNotAfter().toInstant() + ", and the broker refuses it (" + alert
                    + "); put a new one into that file, which is read again";
        } catch (CertificateNotYetValidException notYet) {
            return which + " is not valid yet, it begins at "
                    + own.get().getNotBefore().toInstant() + ", and the broker refuses it (" + alert
                    + "); correct this host's clock, or put one that is valid now into that file, which is read again";
        }
        return "the broker refuses " + which + " (" + alert + "), likely since its ssl.truststore has not the CA "
                + own.get().getIssuerX500Principal()
                + "; add it there, or take a certificate of a CA that the broker trusts";
    }

    /** No answer at all: of two that do not speak the same protocol, either waits for the other. */
    private Optional<String> ofSilence() {
        String protocol = client.securityProtocol();
        boolean speaksTls = protocol.endsWith("SSL");
        return TlsPeer.among(servers)
                .filter(peer -> peer.certificate().isPresent() != speaksTls)
                .map(peer -> speaksTls
                        ? peer.address() + " does not answer to TLS, likely since its listener takes plain text, but"
                                + " security.protocol is " + protocol + "; correct it, or the port"
                        : PlainPeer.speaksTls(peer.address(), protocol));
    }

    /** The servers that were named answer: those that they name in turn may not. */
    private Optional<String> ofBrokers(String said) {
        Map<String, Object> config = new HashMap<>(client.keys());
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        return AdvertisedBrokers.obstacle(config, topic, said);
    }

    private String trusted() {
        String file = client.value(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);
        return file.isEmpty()
                ? "that the client trusts; name the CA's file in ssl.truststore.location, with ssl.truststore.type=PEM if it"
                        + " is a PEM file"
                : "of ssl.truststore.location " + client.shown(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)
                        + "; add the CA to that file, which is read again, if the broker is to" + " be trusted";
    }

    private Optional<TlsPeer> certificate() {
        return TlsPeer.among(servers).filter(peer -> peer.certificate().isPresent());
    }

    private String date(String words, Function<X509Certificate, Date> which) {
        return certificate()
                .map(peer ->
                        words + which.apply(peer.certificate().orElseThrow()).toInstant())
                .orElse("");
    }

    private String issuer() {
        return certificate()
                .map(peer -> " (%s, issued by %s)"
                        .formatted(
                                peer.certificate().orElseThrow().getSubjectX500Principal(),
                                peer.certificate().orElseThrow().getIssuerX500Principal()))
                .orElse("");
    }

    private static Optional<String> wrongHost(List<Throwable> causes) {
        return causes.stream()
                .filter(CertificateException.class::isInstance)
                .map(cause -> WRONG_HOST.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(match -> match.group(1).isEmpty() ? "the name that is used" : match.group(1))
                .findFirst();
    }

    private static boolean has(List<Throwable> causes, Class<?> type, String words) {
        return causes.stream()
                .anyMatch(cause -> type.isInstance(cause)
                        && String.valueOf(cause.getMessage()).contains(words));
    }

    private static String last(List<Throwable> causes) {
        return String.valueOf(causes.get(causes.size() - 1).getMessage());
    }
}
