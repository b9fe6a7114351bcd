package io.skbstream.producer.capture;

import java.util.List;

/** Where in the kernel a hit is taken, in the order in which {@code auto} tries them. */
public enum Hook {
    /** Entry of {@code __netif_receive_skb}, by breakpoint or ftrace. */
    KPROBE("kprobe_netif_receive_skb", "entry of __netif_receive_skb, by kprobe", Hook.FUNCTION_COVERAGE),
    /** The same function through a BPF trampoline: cheaper, and there on kernels without kprobes. */
    FENTRY("fentry_netif_receive_skb", "entry of __netif_receive_skb, by BPF trampoline", Hook.FUNCTION_COVERAGE),
    /** The tracepoint at the top of {@code __netif_receive_skb_core}. */
    TRACEPOINT(
            "tp_netif_receive_skb",
            "tracepoint net:netif_receive_skb",
            "sees every packet once, on every receive path, packets that drivers deliver in GRO lists included;"
                    + " does not see packets that XDP or the driver dropped before");

    /** Every hook, best first. */
    public static final List<Hook> AUTO = List.of(values());

    /** Where the first two sit. */
    static final String FUNCTION = "__netif_receive_skb";

    private static final String FUNCTION_COVERAGE =
            "sees all loopback traffic, everything that goes through a CPU's backlog (RPS, veth) and plain netif_receive_skb;"
                    + " does not see packets that a driver delivers in GRO lists (netif_receive_skb_list)";

    private final String program;
    private final String place;
    private final String coverage;

    Hook(String program, String place, String coverage) {
        this.program = program;
        this.place = place;
        this.coverage = coverage;
    }

    /** Name of the BPF program in the object. */
    String program() {
        return program;
    }

    /** Whether it needs the function {@value #FUNCTION}, which a compiler may have inlined. */
    boolean isAtFunction() {
        return this != TRACEPOINT;
    }

    /** Where it sits, for a person. */
    public String place() {
        return place;
    }

    /** What it sees and does not see, for a person. */
    public String coverage() {
        return coverage;
    }

    /** As options spell it: {@code kprobe}. */
    public String option() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
