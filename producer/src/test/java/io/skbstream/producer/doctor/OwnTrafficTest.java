package io.skbstream.producer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.publish.LocalBrokers;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a person is told; that packets are filtered is proven in the kernel. */
class OwnTrafficTest {

    private static final SortedSet<Integer> NONE = Collections.emptySortedSet();

    @Test
    void oneBrokerIsToldInTheSingular() {
        var brokers = new LocalBrokers(List.of("127.0.0.1:9092"), ports(9092), NONE);

        assertThat(OwnTraffic.excluded(brokers))
                .isEqualTo(Finding.ok(
                        "own traffic",
                        "the broker at 127.0.0.1:9092 is on this host: TCP port 9092 on lo is excluded in the kernel"));
    }

    @Test
    void twoNamesOfOnePortAreTwoAddressesAndOnePort() {
        var brokers = new LocalBrokers(List.of("localhost:9092", "127.0.0.1:9092"), ports(9092), NONE);

        assertThat(OwnTraffic.excluded(brokers).text())
                .isEqualTo("brokers and controllers at localhost:9092, 127.0.0.1:9092 are on this host:"
                        + " TCP port 9092 on lo is excluded in the kernel");
    }

    @Test
    void whatIsBeyondTheLimitIsANoteWithARemedy() {
        var brokers = new LocalBrokers(List.of("localhost:1", "localhost:2", "localhost:3"), ports(1, 2), ports(3));

        assertThat(OwnTraffic.excluded(brokers))
                .isEqualTo(Finding.note(
                        "own traffic",
                        "brokers and controllers at localhost:1, localhost:2, localhost:3 are on this host: TCP ports 1, 2 on lo are"
                                + " excluded in the kernel, but not 3: there is room for 2",
                        "name those with most traffic in --exclude-ports"));
    }

    private static SortedSet<Integer> ports(Integer... ports) {
        return new TreeSet<>(List.of(ports));
    }
}
