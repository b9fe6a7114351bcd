package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;
import java.util.Optional;

/** Kernel lockdown (security/lockdown/lockdown.c). */
public final class Lockdown {

    /** Of securityfs, which is mounted where lockdown is in use. */
    public static final String FILE = "/sys/kernel/security/lockdown";

    /** What confidentiality asks for, also where {@link #FILE} cannot be read. */
    public static final String REMEDY = "boot with lockdown=integrity, or without lockdown";

    private final Kernel kernel;

    Lockdown(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The modes with the one in force in brackets, {@code none [integrity] confidentiality}; empty if not in use. */
    public Optional<String> modes() {
        return kernel.text(FILE);
    }

    /** Confidentiality, in which no hook can work: the kernel lets no BPF program read its memory. */
    public Optional<Obstacle> obstacle() {
        return modes().filter(modes -> modes.contains("[confidentiality]"))
                .map(modes -> new Obstacle(
                        "lockdown=confidentiality (" + FILE + "): the kernel lets no program read its memory", REMEDY));
    }
}
