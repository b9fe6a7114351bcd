package io.skbstream.clients;

import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.registry.RegistrySettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Keeps secrets out of what is printed: knows which keys of Kafka's clients and of a registry hold them, and what they look like where none
 * belongs. Any thread.
 */
public final class Secrets {

    /** What stands in the place of a secret, as in Kafka's own words. */
    public static final String HIDDEN = "[hidden]";

    /** Hidden by Kafka like a password, since it is long, but public. */
    private static final Set<String> PUBLIC =
            Set.of(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG);

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)passw|passphrase|secret|token|jaas|credential|private|user\\.?info");

    /** As in a JAAS configuration, a properties file or a URL's query. Bounded like the next two: others choose what they are held against. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?i)((?:password|passwd|passphrase|pwd|secret|token|api[_.-]?key|jaas|user\\.?info)[\\w.-]{0,40}\\s{0,9}=\\s{0,9}"
                    + "|(?:password|secret|sasl\\.jaas\\.config)\\s{0,9}:\\s{0,9})(?!\\[hidden])(\"[^\"]*\"?|[^\\s,;&]+)");

    /** To the last @: a password may have one in it, or a slash. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^\\s'\"]{1,500}(?=@)");

    /** The same where no scheme comes before, as among bootstrap servers. */
    private static final Pattern USER_AND_PASSWORD =
            Pattern.compile("(?<![^\\s,;='\"(])[^\\s:/@,;='\"(]{1,200}:(?!//)[^\\s'\"]{1,500}(?=@)");

    private static final Pattern WITHOUT_KEY = Pattern.compile("(?s)(should be in KEY=VALUE format but was ).*");
    private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"?|'([^']*)'?|[^\\s=;\"']+");

    /** Keys beside those of passwords, among which people mix up values. */
    private static final Pattern BESIDE = Pattern.compile(
            "(?:schema\\.registry\\.)?(?:(?:ssl|sasl|security)\\..*|basic\\.auth\\.credentials\\.source)");

    /** What belongs there: a constant such as SCRAM-SHA-512 or several, a name that is well known, a path, an address, a class. */
    private static final Pattern PLAIN = Pattern.compile("|[A-Z][A-Z0-9_-]*(?:, ?[A-Z][A-Z0-9_-]*){0,99}"
            + "|(?i:plaintext|ssl|sasl_plaintext|sasl_ssl|plain|gssapi|oauthbearer|scram-sha-\\d{3}|pkcs12|jks|pem|https|kafka)"
            + "|(?:TLSv1(?:\\.\\d)?(?:, ?|$)){1,9}"
            + "|(?:New)?SunX509|Sun(?:JSSE|JCE|EC|PKCS11|RsaSign)|Conscrypt|NativePRNG(?:Blocking|NonBlocking)?"
            + "|\\.{0,2}/.*|.*\\.(?:p12|pfx|jks|pem|crt|cer|key)|(?:https?|file)://.*"
            + "|(?:class )?(?:[a-z_]\\w*\\.){2,9}[A-Z][\\w$]*|(?s:-----BEGIN CERTIFICATE-----.*)");

    private static final Pattern NUMBER = Pattern.compile("-?[0-9.]{1,20}|true|false");

    /** What Kafka may well name, although it stands in a JAAS configuration. */
    private static final Pattern WORD = Pattern.compile(
            "(?i)required|requisite|sufficient|optional|username|password|true|false|([a-z]\\w*\\.)+[a-z]\\w*LoginModule|.{1,2}");

    private Secrets() {}

    /**
     * Whether whoever knows the value can do something with it, as with a URL that has a password in it. Of keys that no client
     * knows, the name tells.
     */
    public static boolean isSecret(String key, String value) {
        return hasUserInfo(value) || hasSecrets(key);
    }

    private static boolean hasSecrets(String key) {
        return isKnown(key)
                ? isPassword(key) && !PUBLIC.contains(RegistrySettings.withoutPrefix(key))
                : SECRET_NAME.matcher(key).find();
    }

    /** A value that may be printed, as it stands or not at all. A key that no client knows may be one with a typing error. */
    public static String shown(String key, String value) {
        return !value.isEmpty() && (isPassword(key) || mayBeOne(key, value)) ? HIDDEN : hideIn(value);
    }

    /** A text without passwords that are assigned in it, and without those of URLs. */
    public static String hideIn(String text) {
        String shown = String.valueOf(text);
        shown = ASSIGNMENT.matcher(shown).replaceAll("$1" + Matcher.quoteReplacement(HIDDEN));
        shown = USER_INFO.matcher(shown).replaceAll(Matcher.quoteReplacement(HIDDEN));
        return USER_AND_PASSWORD.matcher(shown).replaceAll(Matcher.quoteReplacement(HIDDEN));
    }

    /** A text of Kafka's without any part of the secrets among these keys: it quotes what it cannot parse. */
    public static String hideIn(String text, Map<?, ?> keys) {
        Stream<String> parts = keys.entrySet().stream()
                .map(entry -> Map.entry(String.valueOf(entry.getKey()), String.valueOf(entry.getValue())))
                .filter(entry -> hasSecrets(entry.getKey()) || mayBeOne(entry.getKey(), entry.getValue()))
                .flatMap(entry -> partsOf(entry.getValue()))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed());
        return hideIn(parts.reduce(String.valueOf(text), (shown, part) -> shown.replace(part, HIDDEN)));
    }

    /** What is wrong on a command line, without words that may be a secret: one that a space has cut off, or has no key. */
    public static String hideIn(ParameterException wrong) {
        String message = WITHOUT_KEY.matcher(wrong.getMessage()).replaceAll("$1" + Matcher.quoteReplacement(HIDDEN));
        if (wrong instanceof UnmatchedArgumentException unknown) {
            if (!unknown.isUnknownOption() && unknown.getSuggestions().isEmpty()) {
                message = message.replaceFirst("(?s): '.*", " (not shown, since it may be a secret)");
            }
            for (String word : unknown.isUnknownOption() ? unknown.getUnmatched() : List.<String>of()) {
                message = message.replace("'" + word + "'", "'" + optionOf(word) + "'");
            }
        }
        return hideIn(message);
    }

    /** The name of the option in a word of a command line, without its value. */
    private static String optionOf(String word) {
        if (!word.startsWith("-")) {
            return HIDDEN;
        }
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals + 1) + HIDDEN;
    }

    private static boolean hasUserInfo(String value) {
        return USER_INFO.matcher(value).find()
                || USER_AND_PASSWORD.matcher(value).find();
    }

    /** Whether it may be a secret in the wrong place: under a key that no client has, or beside the one where it belongs. */
    private static boolean mayBeOne(String key, String value) {
        return !isKnown(key)
                || BESIDE.matcher(key).matches()
                        && !PLAIN.matcher(value).matches()
                        && definitions(RegistrySettings.withoutPrefix(key))
                                .noneMatch(definition -> isOrdinary(definition, value));
    }

    /** Whether it is a number where one belongs, or what the key has if nobody sets it. */
    private static boolean isOrdinary(ConfigDef.ConfigKey definition, String value) {
        return value.equals(ConfigDef.convertToString(definition.defaultValue, definition.type))
                || switch (definition.type) {
                    case INT, LONG, SHORT, DOUBLE, BOOLEAN ->
                        NUMBER.matcher(value).matches();
                    default -> false;
                };
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
        return definitions(key).anyMatch(definition -> definition.type == ConfigDef.Type.PASSWORD)
                || RegistrySettings.isPassword(key);
    }

    /** What Kafka's clients say of a key of theirs. */
    private static Stream<ConfigDef.ConfigKey> definitions(String key) {
        return Stream.of(ProducerConfig.configDef(), AdminClientConfig.configDef(), ConsumerConfig.configDef())
                .map(definitions -> definitions.configKeys().get(key))
                .filter(Objects::nonNull);
    }

    /** Whether a client of Kafka or of a registry, or a reader of ours, has a setting of that name. */
    public static boolean isKnown(String key) {
        return ProducerConfig.configNames().contains(key)
                || AdminClientConfig.configNames().contains(key)
                || ConsumerConfig.configNames().contains(key)
                || RegistrySettings.isOne(key)
                || key.equals(AvroDeserializer.SCHEMAS_CONFIG)
                || key.equals(AvroDeserializer.REGISTRY_WAIT_CONFIG);
    }
}
