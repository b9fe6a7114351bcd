package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/** To find out what answers holds its thread up for the same time, however many servers do not. */
class FirstAnswerTest {

    @Test
    void anAnswerIsWaitedForOnceAndNotAtEachServerThatIsSilent() throws IOException {
        try (ServerSocket silent = listening();
                ServerSocket next = listening()) {
            assertThat(PlainPeer.among(address(silent) + ", " + address(next))).isEmpty();

            hasBeenAsked(silent);
            hasNotBeenAsked(next);
        }
    }

    @Test
    void aServerThatIsNotThereIsFollowedByTheNext() throws IOException {
        try (ServerSocket there = listening()) {
            assertThat(FirstAnswer.among(
                            "no-port, 127.0.0.1:99999, 127.0.0.1:1, " + address(there), (socket, server) -> server))
                    .contains(address(there));
        }
    }

    private static void hasBeenAsked(ServerSocket server) throws IOException {
        server.setSoTimeout(60_000); // it is connected by now, or never
        server.accept().close();
    }

    private static void hasNotBeenAsked(ServerSocket server) throws IOException {
        server.setSoTimeout(1);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static String address(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }
}
