package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What answers otherwise than Kafka is not given to Kafka's client, which would allocate what it takes for a length. */
class PlainPeerTest {

    private static final byte[] TLS_ALERT = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a};
    private static final byte[] HTTP = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aServerThatSpeaksTlsIsToldWithTheSettingToCorrect() throws IOException {
        refused(TLS_ALERT, "SASL_PLAINTEXT", "speaks TLS, but security.protocol is SASL_PLAINTEXT; set it to SASL_SSL");
        refused(TLS_ALERT, "PLAINTEXT", "speaks TLS, but security.protocol is PLAINTEXT; set it to SSL, or SASL_SSL");
    }

    @Test
    void aServerThatIsNoKafkaIsToldWithItsAddress() throws IOException {
        refused(HTTP, "PLAINTEXT", " does not speak Kafka; correct --bootstrap-servers");
    }

    private static void refused(byte[] answer, String protocol, String words) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (var client = server.accept()) {
                    client.getInputStream().readNBytes(4);
                    client.getOutputStream().write(answer);
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            });
            String address = "127.0.0.1:" + server.getLocalPort();
            assertThat(PlainPeer.obstacle(address, protocol))
                    .hasValueSatisfying(
                            why -> assertThat(why).startsWith(address).contains(words));
            answered.join();
        }
    }
}
