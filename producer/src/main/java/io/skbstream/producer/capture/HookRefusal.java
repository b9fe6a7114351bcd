package io.skbstream.producer.capture;

import io.skbstream.producer.libbpf.BpfException;

/**
 * A hook that could not be used.
 *
 * @param hook which one
 * @param reason why, in one line for a person
 * @param libbpfLog libbpf's and the verifier's own words, several lines or empty
 */
public record HookRefusal(Hook hook, String reason, String libbpfLog) {

    private static final int EPERM = 1;

    static HookRefusal of(Hook hook, BpfException refused) {
        return new HookRefusal(hook, reason(hook, refused), refused.libbpfLog());
    }

    static HookRefusal noKprobes() {
        return new HookRefusal(
                Hook.KPROBE, "this kernel has no kprobes (CONFIG_KPROBES or CONFIG_KPROBE_EVENTS is not set)", "");
    }

    private static String reason(Hook hook, BpfException refused) {
        if (!Kernel.hasBtf()) {
            return "this kernel does not describe its types (no /sys/kernel/btf/vmlinux: CONFIG_DEBUG_INFO_BTF is not set)";
        }
        if (hook == Hook.FENTRY
                && refused.errno() == EPERM
                && Kernel.missingCapabilities().isEmpty()) {
            return "this kernel refuses fentry programs (EPERM, although the capabilities are there)";
        }
        return refused.getMessage();
    }

    @Override
    public String toString() {
        return hook.option() + ": " + reason;
    }
}
