package io.skbstream.chaos.proxy;

import io.skbstream.chaos.proxy.Conduct.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection through the proxy: two sockets, and a thread for each direction. */
final class Connection {

    private static final int PIECE = 64 * 1024;

    private enum Direction {
        REQUEST,
        RESPONSE
    }

    private final Socket client;
    private final Socket server;
    private final Consumer<Connection> ended;
    private Conduct conduct;
    private long requestBytes;
    private long responseBytes;
    private boolean hasHole;
    private boolean closed;

    /** @param ended is told once, when it is over */
    Connection(Socket client, Socket server, Conduct conduct, Consumer<Connection> ended) {
        this.client = client;
        this.server = server;
        this.conduct = conduct;
        this.ended = ended;
    }

    void start() throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        startThread("proxy-request", () -> pump(client, server, Direction.REQUEST));
        startThread("proxy-response", () -> pump(server, client, Direction.RESPONSE));
    }

    synchronized void conduct(Conduct wanted) {
        if (wanted.equals(conduct)) {
            return;
        }
        conduct = wanted;
        requestBytes = 0;
        responseBytes = 0;
        notifyAll();
        if (wanted.kind() == Kind.REFUSE || (hasHole && wanted.kind() != Kind.SWALLOW)) {
            reset();
        }
    }

    /** Ends it with a reset on both sides. */
    synchronized void reset() {
        if (!closed) {
            closed = true;
            notifyAll();
            reset(client);
            reset(server);
            ended.accept(this);
        }
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // so that close() sends RST
            socket.close();
        } catch (IOException e) {
            // It is gone then, which was the aim.
        }
    }

    static void startThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(Socket from, Socket to, Direction direction) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                int pass = admit(direction, length);
                if (pass < 0) {
                    break;
                }
                out.write(piece, 0, pass);
                if (pass < length && !isSwallowing()) {
                    break;
                }
            }
        } catch (IOException | InterruptedException e) {
            // Either side is gone: so is the connection.
        }
        reset();
    }

    private synchronized boolean isSwallowing() {
        return hasHole;
    }

    /** Waits as the conduct says. Returns how many bytes of the piece go on; fewer than all: reset after them; -1: at once. */
    private synchronized int admit(Direction direction, int length) throws InterruptedException {
        while (!closed && conduct.kind() == Kind.STALL) {
            wait();
        }
        if (closed) {
            return -1;
        }
        long amount = conduct.amount();
        switch (conduct.kind()) {
            case DELAY:
                pause(amount);
                break;
            case THROTTLE:
                pause(TimeUnit.SECONDS.toMillis(length) / Math.max(1, amount));
                break;
            case SWALLOW:
                hasHole = true;
                return 0;
            case RESET_REQUEST:
                if (direction == Direction.REQUEST) {
                    long left = Math.max(0, amount - requestBytes);
                    requestBytes += length;
                    return (int) Math.min(length, left);
                }
                break;
            case RESET_RESPONSE:
                if (direction == Direction.RESPONSE) {
                    responseBytes += length;
                    return responseBytes > amount ? -1 : length;
                }
                break;
            default:
                break;
        }
        return closed ? -1 : length;
    }

    /** Sleeps unless the conduct changes or it is over. */
    private void pause(long ms) throws InterruptedException {
        Conduct before = conduct;
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long leftNs = endNs - System.nanoTime();
                leftNs > 0 && !closed && conduct == before;
                leftNs = endNs - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
        }
    }
}
