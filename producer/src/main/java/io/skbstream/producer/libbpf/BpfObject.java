package io.skbstream.producer.libbpf;

import static io.skbstream.producer.libbpf.Native.checked;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A BPF object: opened from its ELF bytes, adjusted, loaded into the kernel, closed. Closing it frees every program and
 * map of it that nothing else holds. One thread at a time.
 */
public final class BpfObject implements AutoCloseable {

    // struct bpf_object_open_opts of bpf/libbpf.h; sz, at 0, says how far it is filled.
    private static final int OBJECT_NAME = 8;
    private static final int UP_TO_OBJECT_NAME = 16;
    private static final int BTF_CUSTOM_PATH = 48;
    private static final int UP_TO_BTF_CUSTOM_PATH = 56;

    private final String name;
    private Pointer object;

    private BpfObject(String name, Pointer object) {
        this.name = name;
        this.object = object;
    }

    /**
     * Parses the object without touching the kernel.
     *
     * @param name at most 15 characters; libbpf names internal maps after its first 8
     * @param kernelBtf where CO-RE finds the kernel's types instead of in the kernel's own BTF; libbpf before 0.5 knows no
     *     such thing and refuses with EINVAL
     */
    public static BpfObject open(byte[] elf, String name, Optional<Path> kernelBtf) {
        LibBpfLog.capture();
        Pointer nameText = text(name);
        Pointer btfText = kernelBtf.map(file -> text(file.toString())).orElse(null);
        int optionBytes = btfText == null ? UP_TO_OBJECT_NAME : UP_TO_BTF_CUSTOM_PATH;
        Pointer options = Memory.allocateDirect(Native.runtime(), optionBytes, true);
        options.putLong(0, optionBytes);
        options.putPointer(OBJECT_NAME, nameText);
        if (btfText != null) {
            options.putPointer(BTF_CUSTOM_PATH, btfText);
        }
        Pointer object = Native.bpf().bpf_object__open_mem(elf, elf.length, options);
        Reference.reachabilityFence(nameText); // the options hold addresses only
        Reference.reachabilityFence(btfText);
        return new BpfObject(name, checked(object, "open the BPF object " + name));
    }

    /** The program of that name in the source. */
    public BpfProgram program(String program) {
        return new BpfProgram(
                program,
                checked(Native.bpf().bpf_object__find_program_by_name(object, program), "find BPF program " + program));
    }

    /** The map of that name in the source. */
    public BpfMap map(String map) {
        return new BpfMap(map, checked(Native.bpf().bpf_object__find_map_by_name(object, map), "find BPF map " + map));
    }

    /** Fills the {@code const volatile} variables. Before {@link #load()}; {@code value} has the whole section's size. */
    public void setRodata(byte[] value) {
        Pointer rodata = Native.bpf().bpf_object__find_map_by_name(object, ".rodata");
        if (rodata == null) { // before libbpf 0.8 only under the name that the kernel gets
            String kernelName = name.substring(0, Math.min(8, name.length())) + ".rodata";
            rodata = checked(Native.bpf().bpf_object__find_map_by_name(object, kernelName), "find BPF map .rodata");
        }
        checked(Native.bpf().bpf_map__set_initial_value(rodata, value, value.length), "set the BPF program's settings");
    }

    /** Creates the maps and puts the programs through the verifier. */
    public void load() {
        checked(Native.bpf().bpf_object__load(object), "load the BPF object " + name);
    }

    @Override
    public void close() {
        if (object != null) {
            Native.bpf().bpf_object__close(object);
            object = null;
        }
    }

    private static Pointer text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        Pointer text = Memory.allocateDirect(Native.runtime(), bytes.length + 1, true);
        text.put(0, bytes, 0, bytes.length);
        return text;
    }
}
