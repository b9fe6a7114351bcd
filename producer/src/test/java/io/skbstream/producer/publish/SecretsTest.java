package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skbstream.clients.Secrets;
import io.skbstream.producer.AgentException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule";
    private static final String SERVERS = "127.0.0.1:9";

    @ParameterizedTest
    @ValueSource(
            strings = {
                MODULE + " required username=\"agent\" password=\"hun\"ter2x\";",
                MODULE + " required username=\"agent\" password=hunter2x hunter3x;",
                MODULE + " required username=\"agent\" hunter2x=;",
                MODULE + " hunter2x;",
                MODULE + " required password='hunter2x'",
                "hunter2x"
            })
    void whatKafkaQuotesOfALoginThatItCannotParseIsHidden(String jaas) {
        var settings = new KafkaSettings(
                SERVERS,
                Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512", "sasl.jaas.config", jaas));

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> settings.producer("test"))
                .withMessageContaining("refuses its settings")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("hunter", "ter2x"));
    }

    @Test
    void theReasonIsStillThere() {
        var settings = new KafkaSettings(
                SERVERS,
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.jaas.config",
                        MODULE + " requird password=\"hunter2x\";"));

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> settings.producer("test"))
                .withMessageContaining("Invalid login module control flag '[hidden]' in JAAS config");
    }

    @Test
    void everySettingIsShownButSecretsAndWhatMayBeOne() {
        var settings = new KafkaSettings(
                SERVERS,
                Map.of(
                        "ssl.keystore.password", "hunter2x",
                        "sasl.jaas.config", MODULE + " required password=\"hunter2x\";",
                        "sasl.jaas.confg", "hunter2x",
                        "sasl.oauthbearer.token.endpoint.url", "https://agent:hunter2x@idp.example/token",
                        "MIIEhunter2x", "",
                        "linger.ms", "7"));
        var shown = settings.shown("web-1");

        assertThat(shown)
                .containsEntry("linger.ms", "7")
                .containsEntry("acks", "all")
                .containsEntry("bootstrap.servers", SERVERS)
                .containsEntry("client.id", "skbstream-web-1")
                .containsEntry("ssl.keystore.password", "[hidden]")
                .containsEntry("sasl.jaas.config", "[hidden]")
                .containsEntry("ssl.key.password", "")
                .containsEntry("sasl.jaas.confg", "[hidden]")
                .containsEntry("sasl.oauthbearer.token.endpoint.url", "https://[hidden]@idp.example/token");
        assertThat(shown.toString() + settings + settings.identity() + settings.unknownKeys())
                .doesNotContain("hunter2x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "basic.auth.user.info",
                "schema.registry.basic.auth.user.info",
                "schema.registry.ssl.keystore.password",
                "schema.registry.ssl.key.password",
                "schema.registry.basic.auth.user.inf",
                "schema.registry.basic.auth.userinfo"
            })
    void aPasswordForTheRegistryIsHidden(String key) {
        assertThat(new KafkaSettings(SERVERS, Map.of(key, "alice:hunter2x")).shown("web-1"))
                .containsEntry(key, "[hidden]");
        assertThat(new ClientKeys(Optional.empty(), Map.of(key, "alice:hunter2x")).exposed())
                .isEqualTo(key.endsWith("inf") ? List.of() : List.of(key));
    }

    @Test
    void onlyWhatARegistryHasIsKnownBehindItsPrefix() {
        assertThat(new KafkaSettings(
                                SERVERS,
                                Map.of(
                                        "schema.registry.url", "http://a",
                                        "schema.registry.basic.auth.credentials.source", "URL",
                                        "schema.registry.ssl.truststore.type", "PEM",
                                        "schema.registry.ssl.truststore.typ", "PEM",
                                        "schema.registry.acks", "1"))
                        .unknownKeys())
                .containsExactly("schema.registry.acks", "schema.registry.ssl.truststore.typ");
    }

    @Test
    void aLineOfAKeyThatWasPastedWithoutBackslashesIsNotQuotedAsAnUnknownSetting() {
        assertThat(new KafkaSettings(SERVERS, Map.of("MIIEvQIBADANBg", "", "aks", "all")).unknownKeys())
                .hasSize(2)
                .contains("aks")
                .noneMatch(key -> key.contains("MIIEvQ"));
    }

    @Test
    void onlySecretsAreToldAsExposedOnTheCommandLine() {
        var keys = new ClientKeys(
                Optional.empty(),
                Map.of(
                        "linger.ms", "1",
                        "ssl.key.password", "x",
                        "sasl.jaas.config", "x",
                        "ssl.truststore.certificates", "x",
                        "schema.registry.ssl.truststore.certificates", "x",
                        "schema.registry.url", "http://a,https://bob:pw@b",
                        "sasl.oauthbearer.token.endpoint.url", "https://idp"));

        assertThat(keys.exposed()).containsExactly("sasl.jaas.config", "schema.registry.url", "ssl.key.password");
    }

    @Test
    void passwordsInAnyTextAndInUrlsAreHidden() {
        assertThat(Secrets.hideIn("'password=\"a b\";' https://u:p@host:80/x?y=1, topic a"))
                .isEqualTo("'password=[hidden];' https://[hidden]@host:80/x?y=1, topic a");
    }
}
