package io.skbstream.clients;

import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Properties;

/**
 * What answers to Kafka in plain text at an address. Kafka's client takes the first four bytes of any answer for a length and
 * allocates that much: of a TLS alert, or a page of HTTP, more than the heap has. So every program looks first.
 *
 * @param address {@code host:port}
 * @param answer the first four bytes
 */
public record PlainPeer(String address, int answer) {

    private static final int TLS_ALERT = 0x15_03;
    private static final int LONGEST_ANSWER = 1 << 20;

    /** Kafka's ApiVersions request, version 0, with no client id: what any broker answers before it asks who it is. */
    private static final byte[] API_VERSIONS = ByteBuffer.allocate(14)
            .putInt(10)
            .putShort((short) 18)
            .putShort((short) 0)
            .putInt(0)
            .putShort((short) -1)
            .array();

    /**
     * Says why a client must not be made for these servers. Waits two seconds at most, and for no answer of a server that speaks TLS.
     *
     * @param servers {@code host:port}, comma-separated
     * @param protocol the client's {@code security.protocol}
     * @return what answers and what to correct, in a sentence; empty if it is Kafka, nothing answers, or the client speaks TLS
     */
    public static Optional<String> obstacle(String servers, String protocol) {
        return protocol.endsWith("SSL")
                ? Optional.empty()
                : among(servers)
                        .filter(peer -> !peer.speaksKafka())
                        .map(other -> other.speaksTls()
                                ? speaksTls(other.address, protocol)
                                : other.address + " does not speak Kafka; correct --bootstrap-servers, or its port");
    }

    /**
     * Looks at what answers before a client is made.
     *
     * @param settings of the client, with {@code bootstrap.servers}
     * @throws ProgramException as {@link #obstacle} says
     */
    public static void requireKafka(Properties settings) {
        String servers = settings.getProperty("bootstrap.servers");
        obstacle(servers, settings.getProperty("security.protocol", "PLAINTEXT"))
                .ifPresent(why -> {
                    throw new ProgramException("no way into Kafka at %s: %s".formatted(servers, why));
                });
    }

    /** Says so of a server that answers to TLS, or with it, to a client that does not speak it. */
    public static String speaksTls(String address, String protocol) {
        return address + " speaks TLS, but security.protocol is " + protocol + "; set it to "
                + (protocol.startsWith("SASL") ? "SASL_SSL" : "SSL, or SASL_SSL") + ", or correct the port";
    }

    /** The first of some servers, {@code host:port} comma-separated, that answers within two seconds; empty if none does. */
    static Optional<PlainPeer> among(String servers) {
        return FirstAnswer.among(servers, (socket, server) -> {
            socket.getOutputStream().write(API_VERSIONS);
            return new PlainPeer(server, new DataInputStream(socket.getInputStream()).readInt());
        });
    }

    boolean speaksTls() {
        return answer >>> Short.SIZE == TLS_ALERT;
    }

    /** Whether the answer has a length that one of Kafka's can have. */
    boolean speaksKafka() {
        return answer > 0 && answer <= LONGEST_ANSWER;
    }
}
