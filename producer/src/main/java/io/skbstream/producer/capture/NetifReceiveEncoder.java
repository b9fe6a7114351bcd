package io.skbstream.producer.capture;

import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import io.skbstream.schemas.SingleObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes an event as {@code io.skbstream.avro.NetifReceive} in Avro single-object encoding, straight from the ring into a
 * byte array, with no object in between. The bytes are those that Avro's own encoder would write. One thread.
 */
public final class NetifReceiveEncoder {

    /** At most: 4 longs, 6 ints, the hook, and 2 names, in which each bad byte becomes a U+FFFD of 3 bytes. */
    private static final int BODY_BYTES = 4 * 10 + 6 * 5 + 1 + 2 * (1 + 3 * SkbEvent.NAME_BYTES);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long NON_ASCII = 0x8080_8080_8080_8080L;
    private static final long ONES = 0x0101_0101_0101_0101L;

    private final byte[] prefix;
    private final byte hook;
    private final WallClock clock;
    private final SkbPointer pointer;

    public NetifReceiveEncoder(String host, long session, Hook hook, WallClock clock, SkbPointer pointer) {
        this.prefix = prefix(host, session);
        this.hook = (byte) (io.skbstream.avro.Hook.valueOf(hook.name()).ordinal() << 1); // zig-zag
        this.clock = clock;
        this.pointer = pointer;
    }

    /** No record is longer than this, in bytes. */
    public int maxBytes() {
        return prefix.length + BODY_BYTES;
    }

    /**
     * Encodes one event at {@code at}, where {@link #maxBytes()} must be free.
     *
     * @return the position after its last byte
     */
    public int encode(SkbEvent event, byte[] out, int at) {
        System.arraycopy(prefix, 0, out, at, prefix.length);
        int end = at + prefix.length;
        end += BinaryData.encodeInt(event.cpu(), out, end);
        end += BinaryData.encodeLong(event.seq(), out, end);
        end += BinaryData.encodeLong(clock.wallNs(event.ktimeNs()), out, end);
        out[end++] = hook;
        end = encodeName(event, SkbEvent.DEVICE, out, end);
        end += BinaryData.encodeInt(event.ifindex(), out, end);
        end += BinaryData.encodeLong(event.netns(), out, end);
        end += BinaryData.encodeLong(pointer.show(event.skb()), out, end);
        end += BinaryData.encodeInt(event.len(), out, end);
        end += BinaryData.encodeInt(event.tgid(), out, end);
        end += BinaryData.encodeInt(event.tid(), out, end);
        end = encodeName(event, SkbEvent.COMM, out, end);
        end += BinaryData.encodeInt(event.protocol(), out, end);
        return end;
    }

    /** When the event happened, in milliseconds since the Unix epoch. */
    long timestampMs(SkbEvent event) {
        return clock.wallNs(event.ktimeNs()) / 1_000_000;
    }

    private static int encodeName(SkbEvent event, int field, byte[] out, int at) {
        long first = event.nameHalf(field, 0);
        long second = event.nameHalf(field, 1);
        int length = lengthToNul(first);
        if (length == Long.BYTES) {
            length += lengthToNul(second);
        }
        if (((first | second) & NON_ASCII) != 0) {
            return encodeText(field == SkbEvent.DEVICE ? event.device() : event.comm(), out, at);
        }
        out[at] = (byte) (length << 1); // zig-zag
        LONG.set(out, at + 1, first); // all 16 bytes in two stores; what is behind the name is overwritten
        LONG.set(out, at + 1 + Long.BYTES, second);
        return at + 1 + length;
    }

    /** How many bytes, least significant first, come before the first NUL; 8 if there is none. */
    private static int lengthToNul(long bytes) {
        long nulMarks = (bytes - ONES) & ~bytes & NON_ASCII;
        return Long.numberOfTrailingZeros(nulMarks) >>> 3;
    }

    private static int encodeText(String text, byte[] out, int at) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int end = at + BinaryData.encodeInt(utf8.length, out, at);
        System.arraycopy(utf8, 0, out, end, utf8.length);
        return end + utf8.length;
    }

    /** What is the same in every record: the header, host and session. */
    private static byte[] prefix(String host, long session) {
        try {
            ByteArrayOutputStream prefix = new ByteArrayOutputStream();
            prefix.write(SingleObject.header(NetifReceive.getClassSchema()));
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(prefix, null);
            encoder.writeString(host);
            encoder.writeLong(session);
            return prefix.toByteArray();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
