package io.skbstream.producer.it;

import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Leads connections to one TCP port of a network namespace's loopback address to another port there. */
final class PortForward implements AutoCloseable {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int BUFFER_BYTES = 64 * 1024;

    private final NetworkNamespace namespace;
    private final InetSocketAddress target;
    private final ServerSocketChannel server;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    PortForward(NetworkNamespace namespace, int from, int to) throws IOException {
        this.namespace = namespace;
        this.target = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), to);
        this.server = namespace.run(
                () -> ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), from)));
        start(this::accept);
    }

    /** How many there were so far. */
    int connections() {
        return open.size() / 2;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = server.accept();
            SocketChannel broker = namespace.run(() -> SocketChannel.open(target));
            open.addAll(List.of(client, broker));
            start(() -> pass(client, broker));
            start(() -> pass(broker, client));
        }
    }

    private static void pass(SocketChannel from, SocketChannel to) throws IOException {
        try (from;
                to) {
            ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException closed) {
                // by either end, or by the test
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
