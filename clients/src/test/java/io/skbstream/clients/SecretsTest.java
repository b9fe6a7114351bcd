package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--topic 'http://u:hunter2x@host'",
                "none of the servers user:hunter2x@kafka:9092 has an address",
                "no broker answers at user:hunter2x@kafka:9092,other:9092",
                "SASL_SSL://user:hunter2x@kafka:9092",
                "https://u:hun/ter2x@host and https://u:p@hunter2x@host",
                "user:p@hunter2x@kafka:9092",
                "https://host/path?password=hunter2x&x=1",
                "https://host/path?api_key=hunter2x",
                "--spool-dir 'sasl.jaas.config=hunter2x'",
                "sasl.password=hunter2x",
                "ssl.keystore.passwd = hunter2x",
                "access.token=hunter2x",
                "basic.auth.user.info=admin:hunter2x",
                "Module required username=\"a\" password=\"hunter2x;\";",
                "PASSWORD=hunter2x"
            })
    void aPasswordIsHiddenWhereverItStands(String text) {
        assertThat(Secrets.hideIn(text)).contains(Secrets.HIDDEN).doesNotContain("hunter2x", "ter2x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no broker answers at kafka-1:9092,kafka-2:9092 within 10 s",
                "http://registry:8081/apis/ccompat/v7",
                "[::1]:9092: refused",
                "12:30:00.123 mail to ops@example.org",
                "basic.auth.user.info: there is no colon in it; write NAME:PASSWORD",
                "a password is wrong",
                "capturing at tracepoint (tp_btf/netif_receive_skb) as host web-1, session 1790000000123"
            })
    void textWithoutASecretStaysAsItIs(String text) {
        assertThat(Secrets.hideIn(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "sasl.jaas.config, hunter2x",
        "sasl.jass.config, hunter2x",
        "sasl.password, hunter2x",
        "sasl.mechanism, hunter2x",
        "ssl.provider, hunter2x",
        "ssl.cipher.suites, hunter2x",
        "ssl.engine.factory.class, hunter2x",
        "schema.registry.ssl.provider, hunter2x",
        "sasl.login.class, hunter2x",
        "sasl.login.connect.timeout.ms, hunter2x",
        "sasl.client.callback.handler.class, hunter2x",
        "sasl.kerberos.service.name, hunter2x",
        "security.providers, hunter2x",
        "ssl.keystore.type, 1hunter2x",
        "ssl.keystore.location, hunter2x",
        "schema.registry.ssl.keystore.location, hunter2x",
        "basic.auth.credentials.source, admin:hunter2x",
        "bootstrap.servers, u:hunter2x@kafka:9092"
    })
    void aValueThatMayBeAPasswordInTheWrongPlaceIsNotShown(String key, String value) {
        assertThat(Secrets.shown(key, value)).doesNotContain("hunter2x");
        assertThat(Secrets.hideIn("Invalid value " + value + " for configuration", Map.of(key, value)))
                .doesNotContain("hunter2x");
    }

    @ParameterizedTest
    @CsvSource({
        "sasl.mechanism, SCRAM-SHA-512",
        "security.protocol, sasl_ssl",
        "ssl.keystore.location, /etc/kafka/keys.p12",
        "ssl.truststore.location, keys.jks",
        "ssl.protocol, TLSv1.3",
        "'ssl.enabled.protocols', 'TLSv1.2,TLSv1.3'",
        "'ssl.cipher.suites', 'TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256'",
        "ssl.provider, SunJSSE",
        "ssl.provider, BCJSSE",
        "ssl.keystore.type, pkcs12",
        "ssl.keymanager.algorithm, SunX509",
        "ssl.endpoint.identification.algorithm, https",
        "ssl.engine.factory.class, org.example.NoSuchFactory",
        "sasl.mechanism, scram-sha-512",
        "sasl.login.class, org.example.Outer$Login",
        "sasl.login.refresh.buffer.seconds, 300",
        "sasl.login.refresh.window.factor, 1.5",
        "sasl.kerberos.service.name, kafka",
        "sasl.oauthbearer.scope.claim.name, scope",
        "sasl.oauthbearer.token.endpoint.url, https://idp.example/token",
        "linger.ms, 7",
        "bootstrap.servers, kafka:9092"
    })
    void aValueThatBelongsThereIsShown(String key, String value) {
        assertThat(Secrets.shown(key, value)).isEqualTo(value);
    }

    @ParameterizedTest
    @Timeout(60)
    @ValueSource(strings = {"a", "://", "a:b,", "password", "a:", "jaas"})
    void aLongTextOfSomebodyElseTakesNoLongTime(String part) {
        assertThat(Secrets.hideIn(part.repeat(20_000))).isNotEmpty();
    }

    @Command(name = "program")
    static final class Program {
        @Option(names = "-K")
        private Map<String, String> keys;

        @Option(names = "-L")
        private List<String> list;
    }

    @ParameterizedTest
    @CsvSource({
        "-K hunter2x, KEY=VALUE format but was [hidden]",
        "-K sasl.password= hunter2x, Unmatched argument at index 2 (not shown",
        "-K sasl.password= hunter2x hunter2x, 'Unmatched arguments from index 2 (not shown'",
        "--sasl=hunter2x, Unknown option: '--sasl=[hidden]'",
        "--password=hunter2x, Unknown option: '--password=[hidden]'",
        "--password hunter2x, '[hidden]'"
    })
    void aPasswordThatASpaceHasCutOffIsNotQuoted(String line, String told) {
        assertThat(told(line)).contains(told.replace("''", "'")).doesNotContain("hunter2x");
    }

    @Test
    void aTypingErrorStillIs() {
        assertThat(told("--topci x")).contains("--topci");
    }

    private static String told(String line) {
        try {
            new CommandLine(new Program()).parseArgs(line.split(" "));
        } catch (ParameterException wrong) {
            return Secrets.hideIn(wrong);
        }
        return "";
    }
}
