package io.skbstream.producer.publish;

import io.skbstream.schemas.registry.RegistrySettings;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;

/** Which of the keys of Kafka's clients, and of a registry's, hold secrets, and how nothing that is printed does. */
public final class Secrets {

    /** What stands in the place of a secret, as in Kafka's own words. */
    public static final String HIDDEN = "[hidden]";

    /** Hidden by Kafka like a password, since it is long, but public. */
    private static final Set<String> PUBLIC =
            Set.of(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG);

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)passw|secret|token|jaas|credential|private|user\\.?info");
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?i)((?:\\w*password|\\w*secret|sasl\\.jaas\\.config)\\s*[=:]\\s*)(\"[^\"]*\"?|[^\\s,;]+)");
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");
    private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"?|'([^']*)'?|[^\\s=;\"']+");

    /** What Kafka may well name, although it stands in a JAAS configuration. */
    private static final Pattern WORD = Pattern.compile(
            "(?i)required|requisite|sufficient|optional|username|password|true|false|([a-z]\\w*\\.)+[a-z]\\w*LoginModule|.{1,2}");

    private Secrets() {}

    /**
     * Whether whoever knows the value can do something with it, as with a URL that has a password in it. Of keys that no client
     * knows, the name tells.
     */
    static boolean isSecret(String key, String value) {
        return USER_INFO.matcher(value).find() || hasSecrets(key);
    }

    private static boolean hasSecrets(String key) {
        return isKnown(key)
                ? isPassword(key) && !PUBLIC.contains(RegistrySettings.withoutPrefix(key))
                : SECRET_NAME.matcher(key).find();
    }

    /** A value that may be printed, as it stands or not at all. A key that no client knows may be one with a typing error. */
    static String shown(String key, String value) {
        return !value.isEmpty() && (isPassword(key) || !isKnown(key)) ? HIDDEN : hideIn(value);
    }

    /** A text without passwords that are assigned in it, and without those of URLs. */
    public static String hideIn(String text) {
        return USER_INFO
                .matcher(ASSIGNMENT.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(HIDDEN)))
                .replaceAll(Matcher.quoteReplacement(HIDDEN));
    }

    /** A text of Kafka's without any part of the secrets among these keys: it quotes what it cannot parse. */
    static String hideIn(String text, Map<String, String> keys) {
        Stream<String> parts = keys.entrySet().stream()
                .filter(entry -> hasSecrets(entry.getKey())) // URLs are dealt with in any text
                .flatMap(entry -> partsOf(entry.getValue()))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed());
        return hideIn(parts.reduce(text, (shown, part) -> shown.replace(part, HIDDEN)));
    }

    private static Stream<String> partsOf(String value) {
        return Stream.concat(
                        Stream.of(value),
                        PART.matcher(value)
                                .results()
                                .map(part -> part.group(1) != null
                                        ? part.group(1)
                                        : part.group(2) != null ? part.group(2) : part.group()))
                .filter(part -> !WORD.matcher(part).matches());
    }

    private static boolean isPassword(String key) {
        return Stream.of(ProducerConfig.configDef(), AdminClientConfig.configDef(), ConsumerConfig.configDef())
                        .map(definitions -> definitions.configKeys().get(key))
                        .anyMatch(definition -> definition != null && definition.type == ConfigDef.Type.PASSWORD)
                || RegistrySettings.isPassword(key);
    }

    static boolean isKnown(String key) {
        return ProducerConfig.configNames().contains(key)
                || AdminClientConfig.configNames().contains(key)
                || ConsumerConfig.configNames().contains(key)
                || RegistrySettings.isOne(key);
    }
}
