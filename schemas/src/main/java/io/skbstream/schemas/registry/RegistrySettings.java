package io.skbstream.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Where a schema registry is and how to get in, by the names that Confluent's clients have for it. Immutable. */
public final class RegistrySettings {
    /** Setting: base addresses of one registry, comma-separated; the next one is asked while one is away. */
    public static final String URL_CONFIG = "schema.registry.url";

    /** Setting: where name and password for basic authentication are, USER_INFO or URL. */
    public static final String CREDENTIALS_SOURCE_CONFIG = "basic.auth.credentials.source";

    /** Setting: {@code NAME:PASSWORD}. */
    public static final String USER_INFO_CONFIG = "basic.auth.user.info";

    /** Before the names of Kafka's own TLS settings, such as {@code ssl.truststore.location}; the other two may have it, too. */
    public static final String PREFIX = "schema.registry.";

    private static final String HIDDEN = "[hidden]";

    /** Matches mistaken URLs: one with a scheme, a port or a path. A bare word may be a password. */
    private static final Pattern ADDRESS = Pattern.compile("(?:\\w+://.*|[\\w.-]+(?::\\d{0,5}(?:/.*)?|/.*)|)");

    private static final ConfigDef TLS = new ConfigDef();

    static {
        SslConfigs.addClientSslSupport(TLS);
    }

    private final List<URI> urls;
    private final Map<URI, String> authorization;
    private final SSLSocketFactory tls;

    private RegistrySettings(List<URI> urls, Map<URI, String> authorization, SSLSocketFactory tls) {
        this.urls = List.copyOf(urls);
        this.authorization = Map.copyOf(authorization);
        this.tls = tls;
    }

    /**
     * Takes what is meant for a registry out of a Kafka client's settings.
     *
     * @return empty without {@link #URL_CONFIG}
     * @throws ConfigException if a value cannot be used, a certificate file included; it names the setting and shows no secret
     */
    public static Optional<RegistrySettings> of(Map<String, ?> settings) {
        String list = text(settings, URL_CONFIG);
        if (list.isBlank()) {
            return Optional.empty();
        }
        String userInfo = userInfo(settings);
        List<URI> urls = new ArrayList<>();
        Map<URI, String> authorization = new HashMap<>();
        for (String text : list.split(",")) {
            URI given = parsed(text.strip(), list.contains("@"));
            URI url = withoutUserInfo(given);
            urls.add(url);
            String credentials = userInfo.isEmpty() && given.getRawUserInfo() != null
                    ? URLDecoder.decode(given.getRawUserInfo().replace("+", "%2B"), StandardCharsets.UTF_8)
                    : userInfo;
            if (!credentials.isEmpty()) {
                authorization.put(
                        url,
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return Optional.of(new RegistrySettings(urls, authorization, tls(settings)));
    }

    /** Whether a setting is one of these, and none of Kafka's client. */
    public static boolean isOne(String key) {
        String name = withoutPrefix(key);
        return key.equals(URL_CONFIG)
                || name.equals(CREDENTIALS_SOURCE_CONFIG)
                || name.equals(USER_INFO_CONFIG)
                || isTls(key);
    }

    /** Whether it is one whose value is to be shown nowhere. */
    public static boolean isPassword(String key) {
        String name = withoutPrefix(key);
        return name.equals(USER_INFO_CONFIG)
                || isTls(key) && TLS.configKeys().get(name).type == ConfigDef.Type.PASSWORD;
    }

    /** The same without {@link #PREFIX}: of one for TLS, Kafka's own name. */
    public static String withoutPrefix(String key) {
        return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
    }

    private static boolean isTls(String key) {
        return key.startsWith(PREFIX) && TLS.names().contains(withoutPrefix(key));
    }

    /** Base addresses, without credentials, in the order in which they are asked. */
    public List<URI> urls() {
        return urls;
    }

    /** {@code host:port} of each. */
    public List<String> addresses() {
        return urls.stream()
                .map(url -> url.getHost() + ':' + (url.getPort() < 0 ? defaultPort(url) : url.getPort()))
                .toList();
    }

    private static int defaultPort(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /** The value of the header Authorization for one of them; empty without credentials. */
    Optional<String> authorization(URI url) {
        return Optional.ofNullable(authorization.get(url));
    }

    /** With the configured certificates; empty if the JVM's own are to be used. */
    Optional<SSLSocketFactory> tls() {
        return Optional.ofNullable(tls);
    }

    /** The addresses, without credentials. */
    @Override
    public String toString() {
        return urls.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    private static String userInfo(Map<String, ?> settings) {
        String source = text(settings, CREDENTIALS_SOURCE_CONFIG);
        String userInfo = text(settings, USER_INFO_CONFIG);
        switch (source) {
            case "", "URL", "USER_INFO" -> {
                // The one that is there is taken: with Confluent's own default, URL, a given name would be passed over.
            }
            default ->
                throw new ConfigException(
                        CREDENTIALS_SOURCE_CONFIG,
                        source.matches("[A-Z_]+") ? source : HIDDEN, // it may be the password itself
                        "it is USER_INFO, for " + USER_INFO_CONFIG + ", or URL");
        }
        if (source.equals("USER_INFO") && userInfo.isEmpty()) {
            throw new ConfigException(CREDENTIALS_SOURCE_CONFIG + " is USER_INFO, but " + USER_INFO_CONFIG
                    + " is not set; set it to NAME:PASSWORD");
        }
        if (!userInfo.isEmpty() && !userInfo.contains(":")) {
            throw new ConfigException(USER_INFO_CONFIG + ": there is no colon in it; write NAME:PASSWORD");
        }
        return source.equals("URL") ? "" : userInfo;
    }

    /** @param isSecret whether a password is in the list: of one with a comma, the piece before it may be part */
    private static URI parsed(String text, boolean isSecret) {
        try {
            URI url = new URI(text);
            boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (isHttp && url.getHost() != null && url.getQuery() == null && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException noUrl) {
            // Said below, without the text where a password may be.
        }
        String remedy = "write http://HOST:PORT/PATH or https://HOST:PORT/PATH, several with commas between";
        throw isSecret
                ? new ConfigException(
                        URL_CONFIG, HIDDEN, remedy + "; in a password, write %2C for a comma and %40 for @")
                : new ConfigException(URL_CONFIG, ADDRESS.matcher(text).matches() ? text : HIDDEN, remedy);
    }

    private static URI withoutUserInfo(URI url) {
        try {
            String path = url.getPath() == null ? "" : url.getPath().replaceFirst("/+$", "");
            return new URI(url.getScheme(), null, url.getHost(), url.getPort(), path, null, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Kafka's own reader of PEM, PKCS12 and JKS files makes it. */
    private static SSLSocketFactory tls(Map<String, ?> settings) {
        Map<String, Object> given = new HashMap<>();
        settings.forEach((key, value) -> {
            if (isTls(key) && value != null) {
                given.put(withoutPrefix(key), value);
            }
        });
        if (given.isEmpty()) {
            return null;
        }
        try (var factory = new DefaultSslEngineFactory()) {
            factory.configure(TLS.parse(given));
            return factory.sslContext().getSocketFactory();
        } catch (KafkaException unusable) {
            Throwable root = RestCall.rootOf(unusable);
            throw new ConfigException(PREFIX + "ssl.*: the certificates cannot be used: " + unusable.getMessage()
                    + (root == unusable ? "" : ": " + root.getMessage()));
        }
    }

    private static String text(Map<String, ?> settings, String key) {
        Object value = settings.containsKey(key) ? settings.get(key) : settings.get(PREFIX + key);
        return value == null ? "" : value.toString().strip();
    }
}
