package io.skbstream.producer.cli;

import io.skbstream.clients.SafeText;
import io.skbstream.clients.Terminal;
import io.skbstream.producer.doctor.Doctor;
import io.skbstream.producer.doctor.Finding;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;

/** {@code doctor}: whether the agent can run here, and what to do if not. */
@Command(
        name = "doctor",
        description =
                "Checks kernel, rights and libbpf, then proves the hook with packets of its own; if a Kafka is named, also"
                        + " whether its traffic over lo is left out, and whether a schema registry that is named answers. Exit 0 if the agent can run.",
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private HookOptions hook;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private VmOptions vm;

    @Override
    public Integer call() throws InterruptedException {
        List<Finding> findings = new Doctor(hook.hooks(), hook.btf(), cluster.given()).examine();
        Ansi ansi = Terminal.isStdout() && Terminal.wantsColour() ? Ansi.ON : Ansi.OFF;
        String arrow = arrow(SafeText.CHARSET);
        for (Finding finding : findings) {
            System.out.printf(
                    "%s  %-12s  %s%n",
                    mark(finding.status(), ansi), finding.subject(), SafeText.message(finding.text()));
            if (!finding.remedy().isEmpty()) {
                System.out.printf("%-20s  %s %s%n", "", arrow, SafeText.message(finding.remedy()));
            }
        }
        boolean canRun = findings.stream().noneMatch(finding -> finding.status() == Finding.Status.BAD);
        System.out.println(canRun ? "The agent can run here." : "The agent cannot run here; see the lines marked BAD.");
        if (!canRun && findings.stream().noneMatch(DoctorCommand::isHookThatWorks)) {
            System.out.println("In a guest it can, without root: ./skbstream demo --vm, trace --vm, doctor --vm.");
        }
        return canRun ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static boolean isHookThatWorks(Finding finding) {
        return finding.subject().equals("hook") && finding.status() == Finding.Status.OK;
    }

    /** In plain ASCII where a charset has no arrow, as with LANG=C under systemd and cron. */
    static String arrow(Charset charset) {
        return charset.newEncoder().canEncode('→') ? "→" : "->";
    }

    private static String mark(Finding.Status status, Ansi ansi) {
        return switch (status) {
            case OK -> ansi.string("@|green OK  |@");
            case NOTE -> ansi.string("@|yellow NOTE|@");
            case BAD -> ansi.string("@|bold,red BAD |@");
        };
    }
}
