package io.skbstream.producer.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the BPF program is told before it is attached: the image of {@code struct settings} of skbstream.h, the excluded ports, the
 * size of the ring and the kernel's types. Immutable; each {@code with} gives a copy with one difference.
 */
public final class ProbeSettings {

    public static final int MAX_DEVICES = 8;
    public static final int MAX_EXCLUDED_PORTS = 8;
    public static final long ALL_NETNS = 0;

    /** The highest rate limit: an event's share of a second is kept in whole nanoseconds. */
    public static final int MAX_RATE_LIMIT = 10_000_000;

    /** The ring that the agent takes unless it is told otherwise, in MiB. */
    public static final int DEFAULT_RING_MIB = 64;

    /** The longest device name in bytes: IFNAMSIZ without its NUL. */
    public static final int MAX_DEVICE_BYTES = 15;

    /** The longest name of a task in bytes: TASK_COMM_LEN without its NUL. */
    public static final int MAX_COMM_BYTES = 15;

    /** Offsets in {@code struct settings}. */
    static final int NETNS = 0;

    static final int WAKEUP_BYTES = 8;
    static final int EXCLUDED_NETNS = 16;
    static final int RATE_INTERVAL_NS = 24;
    static final int MIN_LEN = 32;
    static final int SAMPLE_EVERY = 36;
    static final int DEVICE_COUNT = 40;
    static final int EXCLUDES_PORTS = 44;
    static final int DEVICES = 48;
    static final int DEVICE_STRIDE = 16;
    static final int COMM = DEVICES + MAX_DEVICES * DEVICE_STRIDE;
    static final int TGID = COMM + DEVICE_STRIDE;
    static final int BYTES = TGID + Long.BYTES;

    private final byte[] image;
    private final Set<Integer> excludedPorts;
    private final int ringBytes;
    private final Optional<Path> btf;

    private ProbeSettings(byte[] image, Set<Integer> excludedPorts, int ringBytes, Optional<Path> btf) {
        this.image = image;
        this.excludedPorts = excludedPorts;
        this.ringBytes = ringBytes;
        this.btf = btf;
    }

    /**
     * Every packet of every device, in a ring of that size, whose reader is woken when a quarter is unread.
     *
     * @param ringBytes a power of two, at least a page
     */
    public static ProbeSettings everything(int ringBytes) {
        require(ringBytes > 0 && Integer.bitCount(ringBytes) == 1, "a ring of %d bytes is no power of two", ringBytes);
        return new ProbeSettings(new byte[BYTES], Set.of(), ringBytes, Optional.empty())
                .withSampling(1)
                .withWakeup(Math.min(ringBytes / 4, 256 * 1024));
    }

    /** Only these devices, at most {@value #MAX_DEVICES}; empty: all. */
    public ProbeSettings withDevices(List<String> names) {
        require(names.size() <= MAX_DEVICES, "at most %d devices, not %d", MAX_DEVICES, names.size());
        return with(settings -> {
            settings.putInt(DEVICE_COUNT, names.size()).put(DEVICES, new byte[MAX_DEVICES * DEVICE_STRIDE]);
            for (int i = 0; i < names.size(); i++) {
                byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
                require(name.length > 0 && name.length <= MAX_DEVICE_BYTES, "'%s' is no device name", names.get(i));
                settings.put(DEVICES + i * DEVICE_STRIDE, name);
            }
        });
    }

    /** Only the network namespace with this inode; {@value #ALL_NETNS}: all. */
    public ProbeSettings withNetns(long inode) {
        return with(settings -> settings.putLong(NETNS, inode));
    }

    /** Only packets of at least so many bytes. */
    public ProbeSettings withMinLen(int bytes) {
        return with(settings -> settings.putInt(MIN_LEN, bytes));
    }

    /**
     * Without TCP packets from or to these ports on the loopback device of one network namespace; they are filtered. While the
     * program runs, {@link NetifReceiveProbe#exclude} puts others in their place.
     *
     * @param ports at most {@value #MAX_EXCLUDED_PORTS}; empty: none yet
     * @param netns the inode of the namespace; {@value #ALL_NETNS}: each
     */
    public ProbeSettings excluding(Collection<Integer> ports, long netns) {
        ProbeSettings image =
                with(settings -> settings.putLong(EXCLUDED_NETNS, netns).putInt(EXCLUDES_PORTS, 1));
        return new ProbeSettings(image.image, ExcludedPorts.checked(ports), ringBytes, btf);
    }

    /** Only packets that come while the CPU runs a task of this process; 0: of any. */
    public ProbeSettings withPid(int pid) {
        return with(settings -> settings.putLong(TGID, pid));
    }

    /** Only packets that come while the CPU runs a task with this name, at most {@value #MAX_COMM_BYTES} bytes; empty: any. */
    public ProbeSettings withComm(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        require(bytes.length <= MAX_COMM_BYTES, "'%s' is no name of a task", name);
        return with(settings -> settings.put(COMM, new byte[DEVICE_STRIDE]).put(COMM, bytes));
    }

    /** One hit in so many, at random; 1: all. */
    public ProbeSettings withSampling(int oneIn) {
        require(oneIn >= 1, "sampling 1/%d is not possible", oneIn);
        return with(settings -> settings.putInt(SAMPLE_EVERY, oneIn));
    }

    /**
     * At most so many events a second on each CPU, on average; a CPU that was quiet may catch up on 100 ms at once. 0: no
     * limit.
     */
    public ProbeSettings withRateLimit(int eventsPerSecond) {
        require(
                eventsPerSecond >= 0 && eventsPerSecond <= MAX_RATE_LIMIT,
                "a limit of %d events a second is not possible",
                eventsPerSecond);
        long second = TimeUnit.SECONDS.toNanos(1);
        long intervalNs = eventsPerSecond == 0 ? 0 : (second + eventsPerSecond - 1) / eventsPerSecond;
        return with(settings -> settings.putLong(RATE_INTERVAL_NS, intervalNs));
    }

    /** The reader is woken when so much is unread; below that it comes by itself. */
    public ProbeSettings withWakeup(int bytes) {
        return with(settings -> settings.putLong(WAKEUP_BYTES, bytes));
    }

    /** With the kernel's types from a file, if one is given; for a kernel that does not describe them itself. */
    public ProbeSettings withBtf(Optional<Path> file) {
        return new ProbeSettings(image, excludedPorts, ringBytes, file);
    }

    /** Size of the ring buffer. */
    public int ringBytes() {
        return ringBytes;
    }

    /** A file with the kernel's types; empty: it describes them itself. */
    public Optional<Path> btf() {
        return btf;
    }

    /** The ports to leave out from the first hit. */
    Set<Integer> excludedPorts() {
        return excludedPorts;
    }

    /** The image of {@code struct settings}. */
    byte[] rodata() {
        return image.clone();
    }

    private ProbeSettings with(Consumer<ByteBuffer> change) {
        byte[] copy = Arrays.copyOf(image, BYTES);
        change.accept(ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder()));
        return new ProbeSettings(copy, excludedPorts, ringBytes, btf);
    }

    private static void require(boolean holds, String format, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(format, values));
        }
    }
}
