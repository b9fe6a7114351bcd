package io.skbstream.chaos.proxy;

/**
 * What the proxy does to connections; immutable.
 *
 * @param kind what it does
 * @param amount how much of it: see {@link Kind}
 */
public record Conduct(Kind kind, long amount) {

    /** What can be done to a connection. */
    public enum Kind {
        /** Bytes go through at once. */
        PASS,
        /** Each piece of at most 64 KiB goes through after {@code amount} ms. */
        DELAY,
        /** At most {@code amount} bytes a second, each way and connection. */
        THROTTLE,
        /** Nothing moves; afterwards everything does. New connections are accepted. */
        STALL,
        /**
         * Half-open: connections are accepted, bytes are taken and go nowhere, nobody answers. Afterwards such connections are
         * reset, as they have a hole.
         */
        SWALLOW,
        /** Connections are reset, those that come too. */
        REFUSE,
        /** A connection is reset once it has passed {@code amount} bytes on from the client: in the middle of a request. */
        RESET_REQUEST,
        /** A connection is reset once its server has sent {@code amount} bytes, which are kept back: the request was heard. */
        RESET_RESPONSE
    }

    /** As any network on a good day. */
    public static final Conduct PASS = new Conduct(Kind.PASS, 0);
}
