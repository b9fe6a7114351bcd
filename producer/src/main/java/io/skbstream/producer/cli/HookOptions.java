package io.skbstream.producer.cli;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.capture.Hook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code run}, {@code trace} and {@code doctor} have in common: where hits are taken. */
final class HookOptions {

    /** Of struct btf_header and of an ELF file, each at its beginning (linux/btf.h, elf.h). */
    private static final int BTF_MAGIC = 0xEB9F;

    private static final int ELF_MAGIC = 0x7f45; // DEL E, read in big-endian order

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--hook",
            paramLabel = "auto|kprobe|fentry|tracepoint",
            defaultValue = "auto",
            description = "Where hits are taken. auto: the first of the others that this kernel takes and that fires.")
    private String hook;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description =
                    "BTF of exactly this kernel, for one without /sys/kernel/btf/vmlinux: from BTFHub, unpacked, or made"
                            + " by pahole from its debug package. Only kprobe works with it. Needs libbpf 0.5 or later.")
    private Path btf;

    /** What to try, best first. */
    List<Hook> hooks() {
        if (hook.equalsIgnoreCase("auto")) {
            return Hook.AUTO;
        }
        for (Hook one : Hook.values()) {
            if (one.option().equalsIgnoreCase(hook)) {
                return List.of(one);
            }
        }
        throw wrong("--hook '" + hook + "'", "there are auto, kprobe, fentry and tracepoint");
    }

    /** The file with the kernel's types, if one is given; it was looked into, but not further than its magic number. */
    Optional<Path> btf() {
        if (btf != null) {
            checkBtf();
        }
        return Optional.ofNullable(btf);
    }

    private void checkBtf() {
        byte[] magic;
        try (InputStream file = Files.newInputStream(btf)) {
            magic = file.readNBytes(Short.BYTES);
        } catch (IOException unreadable) {
            throw wrong("--btf '" + btf + "' cannot be read", SystemFailure.inWords(unreadable));
        }
        boolean isElf = is(ELF_MAGIC, magic, ByteOrder.BIG_ENDIAN); // libbpf takes one with a .BTF section
        if (!isElf && !is(BTF_MAGIC, magic, ByteOrder.nativeOrder())) {
            throw wrong(
                    "--btf '" + btf + "' is no BTF",
                    "it does not begin with the magic number 0xEB9F (what BTFHub has is packed: tar -xf FILE.tar.xz)");
        }
    }

    private ParameterException wrong(String what, String why) {
        return new ParameterException(command.commandLine(), what + ": " + why);
    }

    private static boolean is(int expected, byte[] magic, ByteOrder order) {
        return magic.length == Short.BYTES
                && (ByteBuffer.wrap(magic).order(order).getShort() & 0xffff) == expected;
    }
}
