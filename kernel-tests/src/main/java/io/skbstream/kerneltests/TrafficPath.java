package io.skbstream.kerneltests;

/** One way that packets take to the receiver. */
enum TrafficPath {
    PING_LO("ping -c5 localhost", "lo", true, 10) {
        @Override
        void send(Lab lab) {
            lab.inReceiver("ping -q -c5 -i0.2 localhost");
        }
    },
    UDP_LO("UDP over lo", "lo", true, 2000) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendUdpOverLo(2000);
        }
    },
    TCP_LO("TCP over lo", "lo", true, TrafficPath.UNKNOWN) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendTcpOverLo(TCP_BYTES);
        }
    },
    UDP_LO_RPS("UDP over lo, RPS", "lo", true, 2000) {
        @Override
        void send(Lab lab) throws Exception {
            lab.steer("lo", 3);
            lab.sendUdpOverLo(2000);
            lab.steer("lo", 0);
        }
    },
    UDP_VETH("UDP over veth", Lab.VETH, true, 500) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendUdp(Lab.VETH, 500);
        }
    },
    TCP_VETH("TCP over veth", Lab.VETH, true, TrafficPath.UNKNOWN) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendTcp(Lab.VETH, TCP_BYTES);
        }
    },
    /** An event shows the device below: the packet enters the hook once, before the VLAN takes it. */
    UDP_VLAN("UDP over a VLAN on veth", Lab.VETH, true, 500) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendUdp(Lab.VLAN, 500);
        }
    },
    UDP_NIC("UDP from a NIC (GRO list)", Lab.NIC, false, 500) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendUdp(Lab.NIC, 500);
        }
    },
    TCP_NIC("TCP from a NIC (GRO list)", Lab.NIC, false, TrafficPath.UNKNOWN) {
        @Override
        void send(Lab lab) throws Exception {
            lab.sendTcp(Lab.NIC, TCP_BYTES);
        }
    },
    UDP_NIC_RPS("UDP from a NIC, RPS", Lab.NIC, true, 500) {
        @Override
        void send(Lab lab) throws Exception {
            lab.steer(Lab.NIC, 3);
            lab.sendUdp(Lab.NIC, 500);
            lab.steer(Lab.NIC, 0);
        }
    };

    /** Where the number of packets is the kernel's choice. */
    static final int UNKNOWN = -1;

    private static final int TCP_BYTES = 2_000_000;

    private final String title;
    private final String device;
    private final boolean throughFunction;
    private final int sent;

    TrafficPath(String title, String device, boolean throughFunction, int sent) {
        this.title = title;
        this.device = device;
        this.throughFunction = throughFunction;
        this.sent = sent;
    }

    /** Sends it all; when it returns, some may still be on its way. */
    abstract void send(Lab lab) throws Exception;

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

    @Override
    public String toString() {
        return title;
    }
}
