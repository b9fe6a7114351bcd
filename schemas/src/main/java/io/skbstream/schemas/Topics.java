package io.skbstream.schemas;

/** Default names of the topics. Where not said otherwise, the key of a record is the name of its host, a UTF-8 string. */
public final class Topics {
    /** One {@link io.skbstream.avro.NetifReceive} for each hit; written by the agents. */
    public static final String NETIF_RECEIVE = "skbstream.netif-receive";

    /**
     * One {@link io.skbstream.avro.AgentLedger} of each running agent every ten seconds, and a last one; written by the
     * agents. Compacted: the key is {@code HOST/SESSION}, so the last word of every session stays.
     */
    public static final String LEDGER = "skbstream.ledger";

    /** One {@link io.skbstream.avro.LoopbackByHost} for each host and window, and again when it changes; written by the example job. */
    public static final String LOOPBACK_BY_HOST = "skbstream.loopback-by-host";

    /**
     * Records of {@link #NETIF_RECEIVE} that the example job could not read, byte for byte; their headers say where each came
     * from and why. The key is the record's own.
     */
    public static final String DEAD_LETTER = "skbstream.dead-letter";

    private Topics() {}
}
