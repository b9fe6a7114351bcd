package io.skbstream.chaos.proxy;

import io.skbstream.chaos.proxy.Conduct.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Leads connections on 127.0.0.1 to another port there, and treats them as its conduct says. Safe for all threads. */
public final class Proxy implements AutoCloseable {

    private static final int CONNECT_MS = 2_000;
    private static final int BACKLOG = 100;

    private final ServerSocket server;
    private final int targetPort;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile Conduct conduct = Conduct.PASS;

    /**
     * Listens, and accepts connections from now on.
     *
     * @param port where it listens, or 0 for any free port
     */
    public Proxy(int port, int targetPort) throws IOException {
        this.server = new ServerSocket(port, BACKLOG, InetAddress.getByName("127.0.0.1"));
        this.targetPort = targetPort;
        Connection.startThread("proxy-accept", this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Changes what happens to connections, those that are there included. */
    public void conduct(Conduct wanted) {
        conduct = wanted;
        connections.forEach(connection -> connection.conduct(wanted));
    }

    /** Resets every connection that is there. */
    public void cut() {
        connections.forEach(Connection::reset);
    }

    /** How many connections there are. */
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                lead(server.accept());
            } catch (IOException e) {
                // Closed, or the client is gone already.
            }
        }
    }

    private void lead(Socket client) throws IOException {
        Conduct now = conduct;
        if (now.kind() == Kind.REFUSE) {
            Connection.reset(client);
            return;
        }
        Socket target = new Socket();
        try {
            target.connect(new InetSocketAddress(server.getInetAddress(), targetPort), CONNECT_MS);
        } catch (IOException noServer) {
            Connection.reset(client);
            return;
        }
        Connection connection = new Connection(client, target, now, connections::remove);
        connections.add(connection);
        connection.start();
        connection.conduct(conduct); // it may have changed before the connection was known
    }
}
