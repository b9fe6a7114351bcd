package io.skbstream.producer.capture;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.BpfLink;
import io.skbstream.producer.libbpf.BpfObject;
import io.skbstream.producer.libbpf.BpfProgram;
import io.skbstream.producer.libbpf.MappedRing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The BPF program in the kernel: loaded, attached to one hook, counting, and writing events to a ring. Owns the object, the
 * link, the counters and the ring, which one thread reads. Nothing outlives the process but counters that are to be kept.
 * Its counts may be read from any thread.
 */
public final class NetifReceiveProbe implements AutoCloseable {

    private final Hook hook;
    private final BpfObject object;
    private final BpfProgram program;
    private final BpfLink link;
    private final MappedRing ring;
    private final KernelCounters counters;
    private final ExcludedPorts excludedPorts;

    private NetifReceiveProbe(Hook hook, ProbeSettings settings) {
        this.hook = hook;
        this.object = BpfObject.open(objectForThisMachine(), "skbstream", settings.btf());
        MappedRing mappedRing = null;
        KernelCounters mappedCounters = null;
        ExcludedPorts mappedPorts = null;
        try {
            for (Hook other : Hook.values()) {
                object.program(other.program()).setAutoload(other == hook);
            }
            object.setRodata(settings.rodata());
            object.map("events").setMaxEntries(settings.ringBytes());
            KernelCounters.size(object);
            object.load();
            mappedRing = object.map("events").mapRing(settings.ringBytes());
            mappedCounters = KernelCounters.of(object);
            mappedPorts = ExcludedPorts.of(object);
            mappedPorts.put(settings.excludedPorts());
            this.program = object.program(hook.program());
            this.link = program.attach();
            this.ring = mappedRing;
            this.counters = mappedCounters;
            this.excludedPorts = mappedPorts;
        } catch (RuntimeException refused) {
            if (mappedRing != null) {
                mappedRing.close();
            }
            if (mappedCounters != null) {
                mappedCounters.close();
            }
            if (mappedPorts != null) {
                mappedPorts.close();
            }
            object.close();
            throw refused;
        }
    }

    /**
     * Loads the program and attaches it to a hook. That it fires is another matter: see {@link Attachment}.
     *
     * @throws BpfException if libbpf or the kernel refuses
     */
    public static NetifReceiveProbe attach(Hook hook, ProbeSettings settings) {
        return new NetifReceiveProbe(hook, settings);
    }

    public Hook hook() {
        return hook;
    }

    /** The ring that the program fills, for one thread to read; it is unmapped when this probe is closed. */
    public MappedRing ring() {
        return ring;
    }

    /** Keeps the counters beyond the end of this process, until they are forgotten; or why that is not possible. */
    public Optional<Obstacle> keepCounters(KeptCounters kept) {
        try {
            object.map("counters").pin(kept.file());
            return Optional.empty();
        } catch (BpfException refused) {
            return Optional.of(kept.obstacle(refused));
        }
    }

    /**
     * Leaves out these ports from now on, instead of those before, where {@link ProbeSettings#excluding} said so. Does nothing once
     * closed. Any thread.
     */
    public void exclude(Collection<Integer> ports) {
        excludedPorts.put(ports);
    }

    /** Exact once detached; before, CPUs may be read a moment apart. */
    public KernelCounts counts() {
        return counters.counts();
    }

    /** Exact packets and bytes of each device, filters and sampling aside. */
    public List<DeviceCounts> devices() {
        return counters.devices();
    }

    /**
     * Runs that the kernel skipped; not among the hits. A kprobe's program is skipped if its packet interrupts, on that
     * CPU, the program of another kprobe or perf event, or a system call with which somebody reads or writes a BPF map. The
     * kernel counts that since Linux 6.7; empty before.
     */
    public OptionalLong recursionMisses() {
        return hook == Hook.KPROBE && !Kernel.running().isAtLeast(6, 7)
                ? OptionalLong.empty()
                : program.recursionMisses();
    }

    /** Packets that the kernel did not even run the kprobe for, see {@link BpfLink#kprobeMisses}; not among the hits. */
    public OptionalLong kprobeMisses() {
        return link.kprobeMisses();
    }

    /** Ends the hits; when it returns, counters and ring are final. May be called again. */
    public void detach() {
        link.close();
    }

    /** Detaches, unmaps ring and counters and frees everything in the kernel. Its reader must have ended. May be called again. */
    @Override
    public void close() {
        link.close();
        ring.close();
        counters.close();
        excludedPorts.close();
        object.close();
    }

    static byte[] objectForThisMachine() {
        String architecture =
                switch (System.getProperty("os.arch")) {
                    case "amd64" -> "x86";
                    case "aarch64" -> "arm64";
                    default ->
                        throw new AgentException("there is no BPF object for " + System.getProperty("os.arch")
                                + "; skbstream runs on amd64 and aarch64");
                };
        String resource = "/io/skbstream/bpf/skbstream-" + architecture + ".bpf.o";
        try (InputStream object = NetifReceiveProbe.class.getResourceAsStream(resource)) {
            if (object == null) {
                throw new AgentException("this jar has no " + resource + "; build it with ./skbstream build");
            }
            return object.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
