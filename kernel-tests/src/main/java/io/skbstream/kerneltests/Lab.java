package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.DeviceTotals;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces, sender and receiver, joined by a veth pair, a VLAN upon it, and the guest's two NICs, whose wire
 * is outside the guest. Nothing moves but what a test sends: no IPv6, no ARP. What is counted is what the receiver
 * receives. There is one lab, until the guest ends.
 */
final class Lab {

    static final String VETH = "veth0";
    static final String VLAN = "vlan7";
    static final String NIC = "nic0";

    private static final int PORT = 7000;
    private static final int PAYLOAD_BYTES = 1000;
    /** So many that RPS, which goes by the flow, uses both CPUs. */
    private static final int FLOWS = 20;

    private static final long QUIET_MS = 200;
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private final NetworkNamespace sender = namespace("sender");
    private final NetworkNamespace receiver = namespace("receiver");

    Lab() {
        ip("-n sender link add veth0 type veth peer name veth0 netns receiver");
        ip("link set eth0 netns sender name nic0");
        ip("link set eth1 netns receiver name nic0");
        for (String side : new String[] {"sender", "receiver"}) {
            ip("-n " + side + " link add link veth0 name vlan7 type vlan id 7");
        }
        join(VETH);
        join(VLAN);
        join(NIC);
    }

    /** Of the receiver, as events carry it. */
    long inode() {
        return receiver.inode();
    }

    /** Runs a program in the receiver's namespace, and there /sys too shows only what is its own. */
    void inReceiver(String line) {
        Command.must("ip netns exec receiver " + line);
    }

    /** Spreads what a device of the receiver's receives over the CPUs of the mask; 0: leaves it where it arrives. */
    void steer(String device, int cpuMask) {
        inReceiver("/guest/steer " + device + " " + Integer.toHexString(cpuMask));
    }

    IpCounters ipReceived() {
        return receiver.run(IpCounters::read);
    }

    DeviceTotals deviceReceived(String device) {
        return receiver.run(() -> DeviceTotals.of(Files.readString(Path.of("/proc/thread-self/net/dev")), device));
    }

    /** Datagrams over the receiver's own {@code lo}. */
    void sendUdpOverLo(int count) throws Exception {
        sendUdp(receiver, "127.0.0.1", count);
    }

    /** Datagrams from the sender, to the receiver's address on a device. */
    void sendUdp(String device, int count) throws Exception {
        sendUdp(sender, address(device, "receiver"), count);
    }

    void sendTcpOverLo(int bytes) throws IOException {
        sendTcp(receiver, "127.0.0.1", bytes);
    }

    void sendTcp(String device, int bytes) throws IOException {
        sendTcp(sender, address(device, "receiver"), bytes);
    }

    /** Waits until that many packets more than before have arrived, half a minute at most, and then until nothing more does. */
    void awaitArrival(IpCounters before, int packets) throws InterruptedException {
        long endNs = System.nanoTime() + ARRIVAL.toNanos();
        while (ipReceived().since(before).packets() < packets && System.nanoTime() < endNs) {
            TimeUnit.MILLISECONDS.sleep(QUIET_MS);
        }
        awaitQuiet();
    }

    /** Waits until nothing more arrives. */
    void awaitQuiet() throws InterruptedException {
        long endNs = System.nanoTime() + ARRIVAL.toNanos();
        IpCounters last = null;
        for (IpCounters now = ipReceived(); !now.equals(last); now = ipReceived()) {
            assertThat(System.nanoTime() - endNs)
                    .as("ns over the time for it to be quiet")
                    .isNegative();
            last = now;
            TimeUnit.MILLISECONDS.sleep(QUIET_MS);
        }
    }

    /** The receiver of datagrams never reads: what finds its buffer full was received by the kernel all the same. */
    private void sendUdp(NetworkNamespace from, String to, int count) throws Exception {
        DatagramChannel sink = receiver.run(
                () -> DatagramChannel.open(StandardProtocolFamily.INET).bind(any()));
        try {
            for (int flow = 0; flow < FLOWS; flow++) {
                from.run(() -> sendFlow(to, count / FLOWS));
            }
            awaitQuiet(); // a datagram without a socket would be answered over lo
        } finally {
            sink.close();
        }
    }

    /** From a port of its own. */
    private static Void sendFlow(String to, int count) throws IOException {
        try (DatagramChannel source = DatagramChannel.open(StandardProtocolFamily.INET)) {
            source.connect(new InetSocketAddress(to, PORT));
            for (int i = 0; i < count; i++) {
                source.write(ByteBuffer.allocate(PAYLOAD_BYTES));
            }
            return null;
        }
    }

    private void sendTcp(NetworkNamespace from, String to, int bytes) throws IOException {
        try (ServerSocketChannel listener =
                        receiver.run(() -> ServerSocketChannel.open().bind(any()));
                SocketChannel source = from.run(() -> SocketChannel.open(new InetSocketAddress(to, PORT)));
                SocketChannel sink = listener.accept()) {
            ByteBuffer out = ByteBuffer.allocate(bytes);
            ByteBuffer in = ByteBuffer.allocate(bytes);
            source.configureBlocking(false);
            long endNs = System.nanoTime() + ARRIVAL.toNanos();
            while (in.hasRemaining()) {
                assertThat(System.nanoTime() - endNs)
                        .as("ns over the time for %d bytes", bytes)
                        .isNegative();
                source.write(out);
                sink.read(in);
            }
        }
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(PORT);
    }

    /** Gives both ends of a device their addresses, and tells each the other's, so that nobody has to ask. */
    private static void join(String device) {
        for (String side : new String[] {"sender", "receiver"}) {
            ip("-n %s link set %s address %s".formatted(side, device, mac(device, side)));
            ip("-n %s link set %s up arp off".formatted(side, device));
            ip("-n %s addr add %s/24 dev %s".formatted(side, address(device, side), device));
        }
        neighbour(device, "sender", "receiver");
        neighbour(device, "receiver", "sender");
    }

    private static void neighbour(String device, String side, String other) {
        ip("-n %s neigh replace %s lladdr %s dev %s nud permanent"
                .formatted(side, address(device, other), mac(device, other), device));
    }

    private static String address(String device, String side) {
        return "10.0." + number(device) + "." + (side.equals("sender") ? 1 : 2);
    }

    private static String mac(String device, String side) {
        return "02:00:00:00:0" + number(device) + ":0" + (side.equals("sender") ? 1 : 2);
    }

    private static int number(String device) {
        return List.of(VETH, VLAN, NIC).indexOf(device) + 1;
    }

    /** A namespace that the program {@code ip} knows by name. */
    private static NetworkNamespace namespace(String name) {
        NetworkNamespace namespace = NetworkNamespace.create(name);
        return namespace.run((Callable<NetworkNamespace>) () -> {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6"), "1");
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6"), "1");
            Path file = Files.createDirectories(Path.of("/run/netns")).resolve(name);
            Files.createFile(file);
            Path task = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Command.must("mount --bind /proc/" + task + "/ns/net " + file);
            return namespace;
        });
    }

    private static void ip(String arguments) {
        Command.must("ip " + arguments);
    }
}
