package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the kernel has kprobes, whether they are switched on, and whether it takes one at a function. */
public final class Kprobes {

    private static final String EVENT_SOURCES = "/sys/bus/event_source/devices";
    private static final String ENABLED = "/sys/kernel/debug/kprobes/enabled";
    private static final String BLACKLIST = "/sys/kernel/debug/kprobes/blacklist";
    private static final String FTRACE_ENABLED = "/proc/sys/kernel/ftrace_enabled";
    private static final String SYMBOLS = "/proc/kallsyms";
    private static final String NEXT =
            "--hook tracepoint does without it, and auto takes that if nothing before it works";

    private final Kernel kernel;

    Kprobes(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Whether the kernel has kprobes; also true where /sys does not say. */
    public boolean exist() {
        return !Files.isDirectory(kernel.file(EVENT_SOURCES)) || Files.exists(kernel.file(EVENT_SOURCES + "/kprobe"));
    }

    /** That there are none, or that they are switched off: a kprobe is then attached without error and never fires. */
    public Optional<Obstacle> obstacle() {
        if (!exist()) {
            return Optional.of(
                    new Obstacle("this kernel has no kprobes (CONFIG_KPROBES or CONFIG_KPROBE_EVENTS is not set)", ""));
        }
        return isZero(ENABLED)
                ? Optional.of(new Obstacle("kprobes are switched off (" + ENABLED + " is 0)", "echo 1 > " + ENABLED))
                : Optional.empty();
    }

    /** That ftrace, which carries a probe at a function's entry, is switched off: it is attached and never fires. */
    public Optional<Obstacle> ftraceObstacle() {
        return isZero(FTRACE_ENABLED)
                ? Optional.of(new Obstacle(
                        "ftrace is switched off (" + FTRACE_ENABLED + " is 0)", "sysctl kernel.ftrace_enabled=1"))
                : Optional.empty();
    }

    /** That kprobes are forbidden at a function; empty where debugfs does not say. */
    public Optional<Obstacle> blacklistObstacle(String function) {
        try (Stream<String> lines = kernel.lines(BLACKLIST)) { // 0xffffffff81000000-0xffffffff81000040 TAB function
            return lines.anyMatch(line -> line.endsWith("\t" + function))
                    ? Optional.of(
                            new Obstacle("the kernel forbids kprobes at " + function + " (" + BLACKLIST + ")", NEXT))
                    : Optional.empty();
        }
    }

    /** That the compiler left no function of that name, be it for a kprobe or for fentry. Reads the whole symbol table. */
    public Optional<Obstacle> absenceObstacle(String function) {
        List<String> found = symbols(function);
        if (found.contains(function) || !areSymbolsShown()) {
            return Optional.empty();
        }
        String instead = found.isEmpty() ? "was inlined" : "is there only as " + String.join(", ", found);
        return Optional.of(new Obstacle(
                "this kernel has no function " + function + " (by " + SYMBOLS + " it " + instead + ")", NEXT));
    }

    /** The function and what compilers make of it: {@code function.isra.0}, {@code .constprop.0}, {@code .part.0}. */
    private List<String> symbols(String function) {
        try (Stream<String> lines = kernel.lines(SYMBOLS)) { // ffffffff81a00000 t function [TAB [module]]
            return lines.filter(line -> line.contains(function))
                    .map(line -> line.split("\\s+", 4))
                    .filter(words -> words.length > 2)
                    .map(words -> words[2])
                    .filter(name -> name.equals(function) || name.startsWith(function + "."))
                    .distinct()
                    .toList();
        }
    }

    private boolean areSymbolsShown() {
        try (Stream<String> lines = kernel.lines(SYMBOLS)) {
            return lines.findFirst().isPresent();
        }
    }

    private boolean isZero(String switchFile) {
        return kernel.text(switchFile).filter("0"::equals).isPresent();
    }
}
