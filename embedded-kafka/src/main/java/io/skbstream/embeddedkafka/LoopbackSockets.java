package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Listening sockets on 127.0.0.1, bound before the server is configured, so that a free port is known beforehand and
 * cannot be lost to another process in between.
 *
 * <p>A socket belongs to this class until the server opens it by its listener's name, and to the server from then on.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {
    static final String ADDRESS = "127.0.0.1";
    private static final int SYSTEM_DEFAULT = -1;

    private final Map<String, ServerSocketChannel> bound = new ConcurrentHashMap<>();

    /**
     * Binds the socket of a listener.
     *
     * @param port the port wished for, or 0 for any free one
     * @return the port it has
     * @throws IOException if the port is taken or may not be bound
     */
    int bind(String listener, int port) throws IOException {
        var address = new InetSocketAddress(ADDRESS, port);
        try {
            var socket = INSTANCE.openServerSocket(listener, address, SYSTEM_DEFAULT, SYSTEM_DEFAULT);
            bound.put(listener, socket);
            return socket.socket().getLocalPort();
        } catch (KafkaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
        var socket = bound.remove(listener);
        return socket != null ? socket : INSTANCE.openServerSocket(listener, address, backlog, receiveBufferBytes);
    }

    /** Closes what no server has opened. */
    @Override
    public void close() throws IOException {
        for (var socket : bound.values()) {
            socket.close();
        }
        bound.clear();
    }
}
