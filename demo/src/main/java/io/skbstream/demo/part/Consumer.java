package io.skbstream.demo.part;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The sample consumer: {@code loopback-by-host.jar}. Must be started by a thread that stays; see {@link Child.Tie#PARENT_THREAD}. */
public final class Consumer implements AutoCloseable {
    /** Its consumer group, where no option names another. */
    public static final String APPLICATION_ID = "loopback-by-host";

    /** Somewhat longer than the consumer gives itself. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private static final Pattern PAGE = Pattern.compile("live page: (http\\S+)");

    private final Child child;

    private Consumer(Child child) {
        this.child = child;
    }

    /** Starts it and returns at once; it waits for its topic itself. */
    public static Consumer start(
            Home home, Path folder, JvmFlags flags, String bootstrapServers, List<String> options) {
        String jar = home.jar("consumer-example", "loopback-by-host.jar");
        var program = new ArrayList<>(List.of("-jar", jar, "--bootstrap-servers", bootstrapServers));
        program.addAll(options);
        return new Consumer(Child.start("consumer", Child.Tie.PARENT_THREAD, folder, flags.forJar(jar), program));
    }

    public long pid() {
        return child.pid();
    }

    /** The address of its live page, once it answers there. */
    public Optional<String> page() {
        return PAGE.matcher(child.log()).results().map(found -> found.group(1)).findFirst();
    }

    /** What to say when it runs, but not as it should; with the end of its log. */
    public PartException failure(String what) {
        return child.failure(what);
    }

    /** @throws PartException if it has ended */
    public void check() {
        child.check();
    }

    /**
     * Ends it in order.
     *
     * @throws PartException if it did not leave well
     */
    public void stop() throws InterruptedException {
        int exitCode = child.stop(STOP_TIMEOUT);
        if (exitCode != 0) {
            throw child.failure("ended with exit code " + exitCode);
        }
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        child.close();
    }
}
