package io.skbstream.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    /** By chance alone, 1,000 random ports of 22,000 would have a duplicate practically always. */
    @Test
    void noPortComesTwiceAndOnEachAServerCanListen() throws Exception {
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < 1_000; i++) {
            ports.add(FreePorts.next());
        }
        assertThat(ports).doesNotHaveDuplicates();
        try (var server = new ServerSocket(ports.get(0), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(server.isBound()).isTrue();
        }
    }
}
