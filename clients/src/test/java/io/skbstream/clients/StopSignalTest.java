package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a process that, once asked to end, takes for ever. */
@Timeout(300)
class StopSignalTest {

    private Process process;
    private BufferedReader out;

    /** The process. */
    static final class Slow {
        public static void main(String[] args) throws InterruptedException {
            StopSignal stop = StopSignal.install();
            System.out.println("ready");
            while (!stop.await(Duration.ofHours(1))) {
                // not yet
            }
            System.out.println("ending");
            TimeUnit.HOURS.sleep(1);
        }
    }

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder(
                        "env",
                        "--default-signal=HUP,INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Slow.class.getName())
                .redirectErrorStream(true)
                .start();
        out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void signalsWithinASecondAreOneRequest() throws Exception {
        signal("TERM", "INT", "TERM", "HUP");

        assertThat(out.readLine()).isEqualTo("ending");
        assertThat(process.waitFor(1, TimeUnit.SECONDS)).as("ended").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalMoreThanASecondLaterEndsItAtOnce(String name) throws Exception {
        signal("TERM");
        assertThat(out.readLine()).isEqualTo("ending");
        TimeUnit.MILLISECONDS.sleep(1_100); // from when the first one was taken; the time is what this is about

        signal(name);

        assertThat(process.waitFor()).isEqualTo(128 + new sun.misc.Signal(name).getNumber());
    }

    /** One behind the other, by the shell's own kill: a minimal Debian has no other. */
    private void signal(String... names) throws IOException, InterruptedException {
        StringBuilder kills = new StringBuilder();
        for (String name : names) {
            kills.append("kill -")
                    .append(name)
                    .append(' ')
                    .append(process.pid())
                    .append("; ");
        }
        assertThat(new ProcessBuilder("sh", "-c", kills.toString()).start().waitFor())
                .isZero();
    }
}
