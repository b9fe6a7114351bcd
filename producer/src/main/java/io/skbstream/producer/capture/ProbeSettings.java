package io.skbstream.producer.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the BPF program is told before it is loaded; immutable.
 *
 * @param devices only these devices, at most {@value #MAX_DEVICES}; empty: all
 * @param netns only the network namespace with this inode; {@value #ALL_NETNS}: all
 * @param minLen only packets of at least so many bytes
 * @param sampleEvery one hit in so many, at random; 1: all
 * @param ringBytes size of the ring buffer: a power of two, at least a page
 * @param wakeupBytes the reader is woken when so much is unread; below that it comes by itself
 * @param btf a file with the kernel's types, for a kernel that does not describe them itself; empty: its own
 */
public record ProbeSettings(
        List<String> devices,
        long netns,
        int minLen,
        int sampleEvery,
        int ringBytes,
        int wakeupBytes,
        Optional<Path> btf) {

    public static final int MAX_DEVICES = 8;
    public static final long ALL_NETNS = 0;

    /** The ring that the agent takes unless it is told otherwise, in MiB. */
    public static final int DEFAULT_RING_MIB = 64;

    /** The longest device name in bytes: IFNAMSIZ without its NUL. */
    public static final int MAX_DEVICE_BYTES = 15;

    /** Offsets in {@code struct settings} of skbstream.h. */
    static final int NETNS = 0;

    static final int WAKEUP_BYTES = 8;
    static final int MIN_LEN = 16;
    static final int SAMPLE_EVERY = 20;
    static final int DEVICE_COUNT = 24;
    static final int DEVICES = 32;
    static final int DEVICE_STRIDE = 16;
    static final int BYTES = DEVICES + MAX_DEVICES * DEVICE_STRIDE;

    public ProbeSettings {
        devices = List.copyOf(devices);
        if (devices.size() > MAX_DEVICES) {
            throw new IllegalArgumentException("at most " + MAX_DEVICES + " devices, not " + devices.size());
        }
        for (String device : devices) {
            if (device.isEmpty() || device.getBytes(StandardCharsets.UTF_8).length > MAX_DEVICE_BYTES) {
                throw new IllegalArgumentException("'" + device + "' is no device name");
            }
        }
        if (sampleEvery < 1) {
            throw new IllegalArgumentException("sampling 1/" + sampleEvery + " is not possible");
        }
        if (ringBytes <= 0 || Integer.bitCount(ringBytes) != 1) {
            throw new IllegalArgumentException("a ring of " + ringBytes + " bytes is no power of two");
        }
    }

    /** For a kernel that describes its own types. */
    public ProbeSettings(
            List<String> devices, long netns, int minLen, int sampleEvery, int ringBytes, int wakeupBytes) {
        this(devices, netns, minLen, sampleEvery, ringBytes, wakeupBytes, Optional.empty());
    }

    /** Every packet of every device, in a ring of that size. */
    public static ProbeSettings everything(int ringBytes) {
        int wakeupBytes = Math.min(ringBytes / 4, 256 * 1024);
        return new ProbeSettings(List.of(), ALL_NETNS, 0, 1, ringBytes, wakeupBytes);
    }

    /** These settings, for one network namespace. */
    public ProbeSettings withNetns(long inode) {
        return new ProbeSettings(devices, inode, minLen, sampleEvery, ringBytes, wakeupBytes, btf);
    }

    /** These settings, with the kernel's types from a file, if one is given. */
    public ProbeSettings withBtf(Optional<Path> file) {
        return new ProbeSettings(devices, netns, minLen, sampleEvery, ringBytes, wakeupBytes, file);
    }

    /** The image of {@code struct settings}. */
    byte[] rodata() {
        ByteBuffer image = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        image.putLong(NETNS, netns);
        image.putLong(WAKEUP_BYTES, wakeupBytes);
        image.putInt(MIN_LEN, minLen);
        image.putInt(SAMPLE_EVERY, sampleEvery);
        image.putInt(DEVICE_COUNT, devices.size());
        for (int i = 0; i < devices.size(); i++) {
            image.put(DEVICES + i * DEVICE_STRIDE, devices.get(i).getBytes(StandardCharsets.UTF_8));
        }
        return image.array();
    }
}
