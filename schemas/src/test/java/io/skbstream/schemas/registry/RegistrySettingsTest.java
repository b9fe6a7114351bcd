package io.skbstream.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrySettingsTest {
    private static final String SECRET = "s3cr3t";

    @Test
    void withoutAUrlThereIsNoRegistry() {
        assertThat(RegistrySettings.of(Map.of("bootstrap.servers", "b:9092"))).isEmpty();
        assertThat(RegistrySettings.of(Map.of(RegistrySettings.URL_CONFIG, " ")))
                .isEmpty();
    }

    @Test
    void credentialsComeFromTheUrlOrFromTheirSettingAndAreNeverShown() {
        RegistrySettings inUrl = settings("schema.registry.url=http://me:s3cr3t%2B%21@a:8081/x/, http://b:8081");
        assertThat(inUrl.urls()).containsExactly(URI.create("http://a:8081/x"), URI.create("http://b:8081"));
        assertThat(inUrl.authorization(inUrl.urls().get(0))).hasValue("Basic " + base64("me:s3cr3t+!"));
        assertThat(inUrl.authorization(inUrl.urls().get(1))).isEmpty();
        assertThat(inUrl).hasToString("http://a:8081/x,http://b:8081");

        RegistrySettings inSetting =
                settings("schema.registry.url=http://a:8081,http://b:8081", "basic.auth.user.info=me:s3cr3t");
        assertThat(inSetting.urls())
                .allSatisfy(url -> assertThat(inSetting.authorization(url)).hasValue("Basic " + base64("me:s3cr3t")));
        assertThat(inSetting.toString()).doesNotContain(SECRET);

        RegistrySettings older = settings(
                "schema.registry.url=http://a:8081",
                "schema.registry.basic.auth.credentials.source=USER_INFO",
                "schema.registry.basic.auth.user.info=me:s3cr3t");
        assertThat(older.authorization(older.urls().get(0))).hasValue("Basic " + base64("me:s3cr3t"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            schema.registry.url=ftp://a                 |                                          | Invalid value ftp://a for configuration schema.registry.url: write http
            schema.registry.url=a:8081                  |                                          | Invalid value a:8081 for configuration schema.registry.url: write http
            schema.registry.url=s3cr3t                  |                                          | Invalid value [hidden] for configuration schema.registry.url: write http
            schema.registry.url=http://me:s3cr3t@a b    |                                          | Invalid value [hidden] for configuration schema.registry.url: write http
            schema.registry.url=me:s3cr3t@a:8081        |                                          | Invalid value [hidden]
            schema.registry.url=http://me:s3cr3t,4@a    |                                          | write %2C for a comma
            schema.registry.url=http://a,,http://b      |                                          | schema.registry.url
            schema.registry.url=http://a                | basic.auth.user.info=s3cr3t              | NAME:PASSWORD
            schema.registry.url=http://a                | basic.auth.credentials.source=USER_INFO  | basic.auth.user.info is not set
            schema.registry.url=http://a                | basic.auth.credentials.source=SASL_INHERIT | it is USER_INFO
            schema.registry.url=https://a               | schema.registry.ssl.truststore.location=/nowhere | certificates cannot be used
            """)
    void whatCannotBeUsedIsNamedWithoutSecrets(String first, String second, String message) {
        assertThatThrownBy(() -> settings(first, second))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .satisfies(wrong -> assertThat(wrong.toString()).doesNotContain(SECRET));
    }

    private static RegistrySettings settings(String... lines) {
        Map<String, String> settings = new HashMap<>();
        Arrays.stream(lines)
                .filter(line -> line != null)
                .forEach(line ->
                        settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return RegistrySettings.of(settings).orElseThrow();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
