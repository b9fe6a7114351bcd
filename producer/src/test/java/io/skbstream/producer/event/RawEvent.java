package io.skbstream.producer.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The values of one {@code struct skb_event}, and the way to lay them out as the kernel does. */
public record RawEvent(
        long seq,
        long ktimeNs,
        long skb,
        long netns,
        int len,
        int cpu,
        int tgid,
        int tid,
        int ifindex,
        int protocol,
        byte[] device,
        byte[] comm) {

    /** Not 0, so that an access which forgets the event's own offset is seen. */
    private static final int OFFSET = 8;

    /** A ping over lo, with every value different. */
    public static RawEvent example() {
        return new RawEvent(
                7,
                5_000_000_123L,
                0xffff_8881_0203_0400L,
                4026531840L,
                84,
                3,
                4001,
                4002,
                1,
                0x0800,
                padded("lo"),
                padded("ping"));
    }

    /** The same event of another task on another device. */
    public RawEvent named(int otherTid, String otherComm, String otherDevice) {
        return new RawEvent(
                seq,
                ktimeNs,
                skb,
                netns,
                len,
                cpu,
                tgid,
                otherTid,
                ifindex,
                protocol,
                padded(otherDevice),
                padded(otherComm));
    }

    /** The same event with another number, at another time. */
    public RawEvent at(long otherSeq, long otherKtimeNs) {
        return new RawEvent(otherSeq, otherKtimeNs, skb, netns, len, cpu, tgid, tid, ifindex, protocol, device, comm);
    }

    /** A flyweight over these values in native memory. */
    public SkbEvent inMemory() {
        ByteBuffer memory = ByteBuffer.allocateDirect(OFFSET + SkbEvent.BYTES).order(ByteOrder.nativeOrder());
        memory.putLong(OFFSET + SkbEvent.SEQ, seq);
        memory.putLong(OFFSET + SkbEvent.KTIME_NS, ktimeNs);
        memory.putLong(OFFSET + SkbEvent.SKB, skb);
        memory.putLong(OFFSET + SkbEvent.NETNS, netns);
        memory.putInt(OFFSET + SkbEvent.LEN, len);
        memory.putInt(OFFSET + SkbEvent.CPU, cpu);
        memory.putInt(OFFSET + SkbEvent.TGID, tgid);
        memory.putInt(OFFSET + SkbEvent.TID, tid);
        memory.putInt(OFFSET + SkbEvent.IFINDEX, ifindex);
        memory.putInt(OFFSET + SkbEvent.PROTOCOL, protocol);
        memory.put(OFFSET + SkbEvent.DEVICE, device);
        memory.put(OFFSET + SkbEvent.COMM, comm);
        return new SkbEvent().wrap(memory, OFFSET);
    }

    /** A name as the kernel keeps it: cut to 16 bytes, the rest NUL. */
    public static byte[] padded(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), SkbEvent.NAME_BYTES);
    }
}
