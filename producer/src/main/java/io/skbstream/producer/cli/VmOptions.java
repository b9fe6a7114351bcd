package io.skbstream.producer.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options by which {@code trace} and {@code doctor} run in a guest. The launcher takes them, boots the guest and runs the
 * command there without them; the jar by itself only explains and refuses them.
 */
final class VmOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--vm",
            description = "Run in a guest with a stock Debian kernel, which has kprobes and which QEMU emulates: on any"
                    + " machine, without root. COMMAND and files are the guest's.")
    void setVm(boolean wanted) {
        refuse("--vm");
    }

    @Option(
            names = "--kernel",
            paramLabel = "5.10|6.1|6.12|unstable",
            description = "The kernel of the guest. Default: 6.1.")
    void setKernel(String kernel) {
        refuse("--kernel");
    }

    private void refuse(String option) {
        throw new ParameterException(
                command.commandLine(),
                option + " boots a guest, which the launcher of a clone does: ./skbstream " + command.name() + " "
                        + option);
    }
}
