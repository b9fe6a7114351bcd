package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;
import java.nio.file.Files;
import java.util.Optional;

/** The kernel's description of its own types, in which a program finds the fields that it reads. */
public final class KernelBtf {

    public static final String FILE = "/sys/kernel/btf/vmlinux";

    private final Kernel kernel;

    KernelBtf(Kernel kernel) {
        this.kernel = kernel;
    }

    public boolean isThere() {
        return Files.isReadable(kernel.file(FILE));
    }

    /** That there is none. */
    public Optional<Obstacle> obstacle() {
        return isThere()
                ? Optional.empty()
                : Optional.of(
                        new Obstacle(
                                "this kernel does not describe its types (no readable " + FILE
                                        + ": CONFIG_DEBUG_INFO_BTF is not set, or /sys is not mounted)",
                                "run a kernel with CONFIG_DEBUG_INFO_BTF=y, as every distribution's current one is, or give --btf"
                                        + " the BTF of exactly this kernel, from BTFHub or made by pahole from its debug package"));
    }
}
