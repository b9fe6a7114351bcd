package io.skbstream.demo.part;

import io.skbstream.clients.Program;
import io.skbstream.clients.StopSignal;
import io.skbstream.clients.SystemFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A program that runs parts, mostly the agent among them. Its failures are one clear line each, with exit code 1, or 2 for usage. */
@Command(mixinStandardHelpOptions = true, versionProvider = PartsProgram.Version.class, sortOptions = false)
public abstract class PartsProgram implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The clone of skbstream whose jars to run. Default: the one this jar is in.")
    private Path home;

    @Spec
    private CommandSpec spec;

    /** Runs it in this thread, which the parts are tied to, and ends the JVM with its exit code. */
    protected static void execute(PartsProgram program, String... args) {
        Program.run(Program.of(program), args);
    }

    @Override
    public final Integer call() throws Exception {
        checkUsage();
        if (needsRoot() && (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            throw new PartException(
                    "loading a BPF program needs root, which this user is not; run: sudo ./skbstream " + spec.name());
        }
        try {
            return run(home == null ? Home.ofThisJar() : new Home(home.toAbsolutePath()), StopSignal.install());
        } catch (KafkaException e) {
            throw new PartException(SystemFailure.explain(e).orElse(e.getMessage()), e);
        }
    }

    /** Whether the agent is among the parts that these options ask for. */
    protected boolean needsRoot() {
        return true;
    }

    /** @throws ParameterException by {@link #usage} if the options make no sense */
    protected abstract void checkUsage();

    /** @return the exit code */
    protected abstract int run(Home parts, StopSignal stop) throws Exception;

    protected final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"skbstream " + PartsProgram.class.getPackage().getImplementationVersion()};
        }
    }
}
