package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalBrokersTest {

    /** Reserved for ever, and for documentation: no host has these (RFC 1112, RFC 3849). */
    private static final List<String> ELSEWHERE = List.of("240.0.0.1:9092", "[2001:db8::1]:9092");

    private static final int LIMIT = 8;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9092",
                "127.9.9.9:9092",
                "localhost:9092",
                "[::1]:9092",
                "0.0.0.0:9092",
                "PLAINTEXT://127.0.0.1:9092",
                " 127.0.0.1:9092 "
            })
    void aLoopbackAddressIsOnThisHost(String bootstrapServers) {
        LocalBrokers brokers = LocalBrokers.among(bootstrapServers, List.of(), LIMIT);

        assertThat(brokers.addresses()).containsExactly(bootstrapServers.strip());
        assertThat(brokers.ports()).containsExactly(9092);
    }

    @Test
    void anAddressOfAnyOtherDeviceOfThisHostIsToo() throws IOException {
        List<InetAddress> own = own();
        assertThat(own).isNotEmpty();
        List<InetAddress> notFound = own.stream()
                .filter(address -> !LocalBrokers.among(server(address), List.of(), LIMIT)
                        .ports()
                        .equals(Set.of(9094)))
                .collect(Collectors.toCollection(ArrayList::new));

        notFound.retainAll(own()); // a device may have gone meanwhile
        assertThat(notFound).isEmpty();
    }

    private static List<InetAddress> own() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
    }

    private static String server(InetAddress address) {
        String host = address.getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":9094";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "240.0.0.1:9092,[2001:db8::1]:9092",
                "no-such-host.invalid:9092",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:99999999999",
                "",
                ","
            })
    void anAddressOfAnotherHostOrNoneIsNot(String bootstrapServers) {
        assertThat(LocalBrokers.among(bootstrapServers, ELSEWHERE, LIMIT).addresses())
                .isEmpty();
        assertThat(LocalBrokers.among(bootstrapServers, ELSEWHERE, LIMIT).ports())
                .isEmpty();
    }

    @Test
    void whatTheClusterAdvertisesIsAddedAndEachPortOnce() {
        LocalBrokers brokers = LocalBrokers.among(
                "240.0.0.1:9092,localhost:9094", List.of("127.0.0.1:9094", "240.0.0.2:9095", "127.0.0.1:9093"), LIMIT);

        assertThat(brokers.addresses()).containsExactly("localhost:9094", "127.0.0.1:9094", "127.0.0.1:9093");
        assertThat(brokers.ports()).containsExactly(9093, 9094);
        assertThat(brokers.beyond()).isEmpty();
    }

    @Test
    void ofTooManyThoseOfTheBootstrapServersStay() {
        LocalBrokers brokers = LocalBrokers.among(
                "localhost:9099,localhost:9098", List.of("localhost:9090", "localhost:9091", "localhost:9092"), 3);

        assertThat(brokers.ports()).containsExactly(9090, 9098, 9099);
        assertThat(brokers.beyond()).containsExactly(9091, 9092);
        assertThat(brokers.addresses()).hasSize(5);
    }
}
