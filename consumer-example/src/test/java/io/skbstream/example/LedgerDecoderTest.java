package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LedgerDecoderTest {
    @Test
    @Timeout(60)
    void noLedgerIsWaitedForHoweverLongTheJobWaitsForEvents() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var decoder = new LedgerDecoder(Map.of(
                AvroDeserializer.REGISTRY_CONFIG,
                "http://127.0.0.1:" + port,
                AvroDeserializer.REGISTRY_WAIT_CONFIG,
                "999999999"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> decoder.decode(new byte[] {0, 0, 0, 0, 1, 2}))
                    .isInstanceOf(RegistryAwayException.class);
        }
    }
}
