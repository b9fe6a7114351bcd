package io.skbstream.producer.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A flyweight over one {@code struct skb_event} (bpf/src/main/bpf/skbstream.h), read where it lies. Valid only until the
 * ring's handler returns; one thread.
 *
 * <pre>
 *   0               8              16              24
 *   +---------------+---------------+---------------+---------------+
 *   |      seq      |   ktime_ns    |      skb      |     netns     |   unsigned 64 bit
 *   +-------+-------+-------+-------+-------+-------+---------------+
 *  32  len  |  cpu  | tgid  |  tid  |ifindex| proto |                   unsigned 32 bit
 *   +-------+-------+-------+-------+-------+-------+
 *  56            device[16]         |                                   NUL-padded bytes
 *   +-------------------------------+
 *  72             comm[16]          |                                   NUL-padded bytes
 *   +-------------------------------+ 88
 * </pre>
 */
public final class SkbEvent {

    public static final int SEQ = 0;
    public static final int KTIME_NS = 8;
    public static final int SKB = 16;
    public static final int NETNS = 24;
    public static final int LEN = 32;
    public static final int CPU = 36;
    public static final int TGID = 40;
    public static final int TID = 44;
    public static final int IFINDEX = 48;
    public static final int PROTOCOL = 52;
    public static final int DEVICE = 56;
    public static final int COMM = 72;
    public static final int BYTES = 88;

    /** Bytes of a device or task name, the closing NUL included: IFNAMSIZ and TASK_COMM_LEN. */
    public static final int NAME_BYTES = 16;

    private ByteBuffer memory;
    private int offset;

    /** Lays this flyweight over the event that begins at {@code offset}. The buffer has the machine's byte order. */
    public SkbEvent wrap(ByteBuffer memory, int offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /** Number of this event on its CPU, from 0. */
    public long seq() {
        return memory.getLong(offset + SEQ);
    }

    /** CLOCK_MONOTONIC, in nanoseconds. */
    public long ktimeNs() {
        return memory.getLong(offset + KTIME_NS);
    }

    /** Kernel address of the socket buffer: for {@link SkbPointer} only. */
    public long skb() {
        return memory.getLong(offset + SKB);
    }

    public long netns() {
        return memory.getLong(offset + NETNS);
    }

    /** Bytes of the packet without its Ethernet header. */
    public int len() {
        return memory.getInt(offset + LEN);
    }

    public int cpu() {
        return memory.getInt(offset + CPU);
    }

    public int tgid() {
        return memory.getInt(offset + TGID);
    }

    public int tid() {
        return memory.getInt(offset + TID);
    }

    public int ifindex() {
        return memory.getInt(offset + IFINDEX);
    }

    /** Ethertype in host order. */
    public int protocol() {
        return memory.getInt(offset + PROTOCOL);
    }

    /** Half of a 16-byte name, {@code half} 0 or 1, as it lies in memory. */
    public long nameHalf(int field, int half) {
        return memory.getLong(offset + field + half * Long.BYTES);
    }

    /** Device name as text, allocated: not for the hot path. */
    public String device() {
        return name(memory, offset + DEVICE);
    }

    /** Task name as text, allocated: not for the hot path. */
    public String comm() {
        return name(memory, offset + COMM);
    }

    /** A NUL-padded kernel name as text; bytes that are no UTF-8 become U+FFFD. */
    public static String name(ByteBuffer memory, int at) {
        byte[] bytes = new byte[NAME_BYTES];
        memory.get(at, bytes);
        int length = 0;
        while (length < NAME_BYTES && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
