package io.skbstream.chaos.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.chaos.proxy.Conduct.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that sends back what it gets. */
@Timeout(300)
class ProxyTest {

    private static final int PATIENCE_MS = 60_000;
    private static final int SHORT_MS = 300;

    private final AtomicLong heard = new AtomicLong();
    private ServerSocket server;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        Connection.startThread("echo", this::serve);
        proxy = new Proxy(0, server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void bytesGoThroughAndComeBack() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 200_000)).isEqualTo(200_000);
        }
    }

    @Test
    void delayHoldsEachPieceUpInEachDirection() throws IOException {
        proxy.conduct(new Conduct(Kind.DELAY, 150));
        try (Socket client = connect()) {
            assertThat(timeOf(client, 10)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    @Test
    void throttleLetsSoManyBytesASecondThrough() throws IOException {
        proxy.conduct(new Conduct(Kind.THROTTLE, 20_000));
        try (Socket client = connect()) {
            assertThat(timeOf(client, 10_000)).isGreaterThanOrEqualTo(Duration.ofMillis(900));
        }
    }

    @Test
    void whatStallsArrivesAfterwards() throws IOException {
        try (Socket client = connect()) {
            echo(client, 1);
            proxy.conduct(new Conduct(Kind.STALL, 0));
            client.getOutputStream().write(new byte[10]);
            client.setSoTimeout(SHORT_MS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.conduct(Conduct.PASS);
            client.setSoTimeout(PATIENCE_MS);
            assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
        }
    }

    @Test
    void aHalfOpenConnectionIsSilentAndIsResetAfterwards() throws IOException {
        proxy.conduct(new Conduct(Kind.SWALLOW, 0));
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[10]);
            client.setSoTimeout(SHORT_MS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(heard).hasValue(0);

            proxy.conduct(Conduct.PASS);
            assertReset(client);
        }
        try (Socket client = connect()) {
            assertThat(echo(client, 10)).isEqualTo(10);
        }
    }

    @Test
    void refusingResetsOldConnectionsAndNewOnes() throws IOException {
        try (Socket old = connect()) {
            echo(old, 1);
            proxy.conduct(new Conduct(Kind.REFUSE, 0));
            assertReset(old);
            assertThat(echoedToALateOne()).as("bytes that came back").isZero();
        }
    }

    @Test
    void aConnectionIsResetInTheMiddleOfARequest() throws IOException {
        proxy.conduct(new Conduct(Kind.RESET_REQUEST, 1_000));
        try (Socket client = connect()) {
            assertThat(echo(client, 1_000)).isEqualTo(1_000);
            client.getOutputStream().write(new byte[10]);
            assertReset(client);
        }
        assertThat(heard).hasValue(1_000);
    }

    @Test
    void aRequestWasHeardWhoseResponseIsCutOff() throws IOException {
        proxy.conduct(new Conduct(Kind.RESET_RESPONSE, 0));
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[500]);
            assertReset(client);
        }
        assertThat(heard).hasValue(500);
    }

    @Test
    void cuttingResetsWhatIsThereAndNothingElse() throws IOException {
        try (Socket client = connect()) {
            echo(client, 1);
            assertThat(proxy.connections()).isOne();
            proxy.cut();
            assertReset(client);
        }
        try (Socket client = connect()) {
            assertThat(echo(client, 10)).isEqualTo(10);
        }
    }

    @Test
    void withoutAServerConnectionsAreReset() throws Exception {
        int port = server.getLocalPort();
        server.close();
        awaitNobodyListens(port);
        try (Socket client = connect()) {
            assertReset(client);
        }
    }

    /** A reset shows as an exception, or as an end, by when it comes. */
    private int echoedToALateOne() {
        try (Socket late = connect()) {
            return echo(late, 1);
        } catch (IOException reset) {
            return 0;
        }
    }

    /** A thread that accepts keeps a closed socket listening for a moment. */
    private static void awaitNobodyListens(int port) throws InterruptedException {
        long endNs = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        while (System.nanoTime() < endNs) {
            try {
                new Socket(InetAddress.getByName("127.0.0.1"), port).close();
                Thread.sleep(10);
            } catch (IOException refused) {
                return;
            }
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getByName("127.0.0.1"), proxy.port());
        client.setSoTimeout(PATIENCE_MS);
        return client;
    }

    private static int echo(Socket client, int bytes) throws IOException {
        Connection.startThread("writer", () -> {
            try {
                client.getOutputStream().write(new byte[bytes]);
            } catch (IOException e) {
                // The reader sees it too.
            }
        });
        return client.getInputStream().readNBytes(bytes).length;
    }

    private static Duration timeOf(Socket client, int bytes) throws IOException {
        long startNs = System.nanoTime();
        assertThat(echo(client, bytes)).isEqualTo(bytes);
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    private static void assertReset(Socket client) {
        assertThatThrownBy(() -> {
                    client.setSoTimeout(PATIENCE_MS);
                    client.getInputStream().read();
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Connection.startThread("echo-one", () -> {
                    byte[] piece = new byte[8_192];
                    try (socket) {
                        for (int length = socket.getInputStream().read(piece);
                                length > 0;
                                length = socket.getInputStream().read(piece)) {
                            heard.addAndGet(length);
                            socket.getOutputStream().write(piece, 0, length);
                        }
                    } catch (IOException e) {
                        // The proxy reset it.
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }
}
