package io.skbstream.kerneltests;

/** One way that packets take to the receiver. */
enum TrafficPath {
    PING_LO("ping -c5 localhost", "lo", true, 10, lab -> lab.inReceiver("ping -q -c5 -i0.2 localhost")),
    UDP_LO("UDP over lo", "lo", true, 2000, lab -> lab.sendUdpOverLo(2000)),
    TCP_LO("TCP over lo", "lo", true, TrafficPath.UNKNOWN, lab -> lab.sendTcpOverLo(TrafficPath.TCP_BYTES)),
    UDP_LO_RPS("UDP over lo, RPS", "lo", true, 2000, steered("lo", lab -> lab.sendUdpOverLo(2000))),
    UDP_VETH("UDP over veth", Lab.VETH, true, 500, lab -> lab.sendUdp(Lab.VETH, 500)),
    TCP_VETH("TCP over veth", Lab.VETH, true, TrafficPath.UNKNOWN, lab -> lab.sendTcp(Lab.VETH, TrafficPath.TCP_BYTES)),
    /** An event shows the device below: the packet enters the hook once, before the VLAN takes it. */
    UDP_VLAN("UDP over a VLAN on veth", Lab.VETH, true, 500, lab -> lab.sendUdp(Lab.VLAN, 500)),
    UDP_NIC("UDP from a NIC (GRO list)", Lab.NIC, false, 500, lab -> lab.sendUdp(Lab.NIC, 500)),
    TCP_NIC(
            "TCP from a NIC (GRO list)",
            Lab.NIC,
            false,
            TrafficPath.UNKNOWN,
            lab -> lab.sendTcp(Lab.NIC, TrafficPath.TCP_BYTES)),
    UDP_NIC_RPS("UDP from a NIC, RPS", Lab.NIC, true, 500, steered(Lab.NIC, lab -> lab.sendUdp(Lab.NIC, 500)));

    /** Where the number of packets is the kernel's choice. */
    static final int UNKNOWN = -1;

    private static final int TCP_BYTES = 2_000_000;
    private static final int BOTH_CPUS = 0b11;

    private final String title;
    private final String device;
    private final boolean throughFunction;
    private final int sent;
    private final Traffic traffic;

    TrafficPath(String title, String device, boolean throughFunction, int sent, Traffic traffic) {
        this.title = title;
        this.device = device;
        this.throughFunction = throughFunction;
        this.sent = sent;
        this.traffic = traffic;
    }

    /** Sends it all; when it returns, some may still be on its way. */
    void send(Lab lab) throws Exception {
        traffic.send(lab);
    }

    /** The device that events show. */
    String device() {
        return device;
    }

    /** Whether it goes through {@code __netif_receive_skb}; all go through the tracepoint. */
    boolean throughFunction() {
        return throughFunction;
    }

    /** How many packets the sender knows that it sent, or {@link #UNKNOWN}. */
    int sent() {
        return sent;
    }

    /** Whether RPS spreads it over both CPUs. */
    boolean isSteered() {
        return this == UDP_LO_RPS || this == UDP_NIC_RPS;
    }

    @Override
    public String toString() {
        return title;
    }

    private static Traffic steered(String device, Traffic traffic) {
        return lab -> {
            lab.steer(device, BOTH_CPUS);
            traffic.send(lab);
            lab.awaitQuiet();
            lab.steer(device, 0);
        };
    }

    private interface Traffic {
        void send(Lab lab) throws Exception;
    }
}
