package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KprobesTest {

    private static final String FUNCTION = "__netif_receive_skb";

    @TempDir
    private Path root;

    private KernelFolder kernel;

    @BeforeEach
    void emptyKernel() {
        kernel = new KernelFolder(root);
    }

    @Test
    void aKernelWithTheirEventSourceHasThem() {
        kernel.with("/sys/bus/event_source/devices/kprobe/type", "6\n");

        assertThat(kprobes().exist()).isTrue();
        assertThat(kprobes().obstacle()).isEmpty();
    }

    @Test
    void aKernelWithOtherEventSourcesOnlyHasNone() {
        kernel.with("/sys/bus/event_source/devices/software/type", "1\n");

        assertThat(kprobes().obstacle().orElseThrow().reason())
                .startsWith("this kernel has no kprobes (CONFIG_KPROBES");
    }

    @Test
    void switchedOffTheyAreInTheWayWithTheCommandThatSwitchesThemOn() {
        kernel.with("/sys/kernel/debug/kprobes/enabled", "0\n");

        assertThat(kprobes().obstacle())
                .contains(new Obstacle(
                        "kprobes are switched off (/sys/kernel/debug/kprobes/enabled is 0)",
                        "echo 1 > /sys/kernel/debug/kprobes/enabled"));
    }

    @Test
    void switchedOnOrUnknownTheyAreNot() {
        assertThat(kprobes().obstacle()).isEmpty();
        kernel.with("/sys/kernel/debug/kprobes/enabled", "1\n");
        assertThat(kprobes().obstacle()).isEmpty();
    }

    @Test
    void ftraceSwitchedOffIsInTheWay() {
        assertThat(kprobes().ftraceObstacle()).isEmpty();
        kernel.with("/proc/sys/kernel/ftrace_enabled", "0\n");
        assertThat(kprobes().ftraceObstacle().orElseThrow().toString())
                .isEqualTo(
                        "ftrace is switched off (/proc/sys/kernel/ftrace_enabled is 0); sysctl kernel.ftrace_enabled=1");
    }

    @Test
    void onlyTheWholeNameOnTheBlacklistIsTheFunction() {
        kernel.with(
                "/sys/kernel/debug/kprobes/blacklist",
                "0xffffffff81000000-0xffffffff81000010\t__netif_receive_skb_core\n"
                        + "0xffffffff81000010-0xffffffff81000020\tmy__netif_receive_skb\n");
        assertThat(kprobes().blacklistObstacle(FUNCTION)).isEmpty();

        kernel.with(
                "/sys/kernel/debug/kprobes/blacklist", "0xffffffff81000000-0xffffffff81000010\t__netif_receive_skb\n");
        assertThat(kprobes().blacklistObstacle(FUNCTION).orElseThrow().toString())
                .contains("forbids kprobes at __netif_receive_skb", "kprobes/blacklist", "--hook tracepoint", "auto");
    }

    @Test
    void aFunctionAmongTheSymbolsIsThereEvenIfThereArePartsOfItToo() {
        symbols("__netif_receive_skb_core.constprop.0", "__netif_receive_skb.part.0", "__netif_receive_skb");

        assertThat(kprobes().absenceObstacle(FUNCTION)).isEmpty();
    }

    @Test
    void aFunctionThatIsThereUnderOtherNamesOnlyIsAbsentAndTheyAreNamed() {
        symbols("__netif_receive_skb_core", "__netif_receive_skb.constprop.0", "__netif_receive_skb.isra.0");

        assertThat(kprobes().absenceObstacle(FUNCTION).orElseThrow().reason())
                .isEqualTo("this kernel has no function __netif_receive_skb (by /proc/kallsyms it is there only as"
                        + " __netif_receive_skb.constprop.0, __netif_receive_skb.isra.0)");
    }

    @Test
    void aFunctionWithoutAnySymbolWasInlined() {
        symbols("__netif_receive_skb_core", "netif_receive_skb");

        assertThat(kprobes().absenceObstacle(FUNCTION).orElseThrow().toString())
                .contains("(by /proc/kallsyms it was inlined)", "--hook tracepoint", "auto");
    }

    @Test
    void withoutSymbolsNothingIsKnownOfAFunction() {
        assertThat(kprobes().absenceObstacle(FUNCTION)).isEmpty();
        kernel.with("/proc/kallsyms", "");
        assertThat(kprobes().absenceObstacle(FUNCTION)).isEmpty();
    }

    private void symbols(String... names) {
        StringBuilder table = new StringBuilder();
        for (String name : names) {
            table.append("0000000000000000 t ").append(name).append('\n');
        }
        kernel.with("/proc/kallsyms", table + "0000000000000000 t nf_hook\t[nf_tables]\n");
    }

    private Kprobes kprobes() {
        return kernel.kernel().kprobes();
    }
}
