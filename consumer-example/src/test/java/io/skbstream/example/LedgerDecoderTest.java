package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LedgerDecoderTest {
    @Test
    @Timeout(300)
    void noLedgerIsWaitedForHoweverLongTheJobWaitsForEvents() throws Exception {
        try (var holder = new Socket()) { // holds a port and does not listen there
            holder.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            var decoder = new LedgerDecoder(Map.of(
                    AvroDeserializer.REGISTRY_CONFIG,
                    "http://127.0.0.1:" + holder.getLocalPort(),
                    AvroDeserializer.REGISTRY_WAIT_CONFIG,
                    "999999999"));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> decoder.decode(new byte[] {0, 0, 0, 0, 1, 2}))
                        .isInstanceOf(RegistryAwayException.class);
            }
        }
    }
}
