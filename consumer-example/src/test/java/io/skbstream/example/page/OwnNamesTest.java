package io.skbstream.example.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNamesTest {
    private final OwnNames names = new OwnNames(InetSocketAddress.createUnresolved("page.example", 8080));

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"127.0.0.1:8080", "10.1.2.3", "[::1]:8080", "localhost", "LOCALHOST:80", "Page.example:8080"})
    void theseAreOurs(String header) {
        assertThat(names.have(header)).isTrue();
    }

    @Test
    void soIsTheMachinesName() throws Exception {
        assertThat(names.have(InetAddress.getLocalHost().getHostName() + ":8080"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "::1", "a:b:80", ""})
    void theseAreNot(String header) {
        assertThat(names.have(header)).isFalse();
    }
}
