package io.skbstream.producer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skbstream.producer.spool.SpoolSettings;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class SpoolOptionsTest {

    @Command
    private static final class Anything {
        @Mixin
        private SpoolOptions options;
    }

    @Test
    void withoutOptionsThereAreDefaults() {
        assertThat(parsed())
                .isEqualTo(new SpoolSettings(
                        Path.of("/var/lib/skbstream/spool"), 1 << 30, Duration.ofDays(7), Policy.EVICT_OLDEST));
    }

    @Test
    void eachOptionIsTaken() {
        assertThat(parsed(
                        "--spool-dir=/data",
                        "--spool-max=20GiB",
                        "--spool-max-age=12h",
                        "--spool-policy=Refuse-Newest"))
                .isEqualTo(new SpoolSettings(Path.of("/data"), 20L << 30, Duration.ofHours(12), Policy.REFUSE_NEWEST));
    }

    @Test
    void anUnknownPolicyIsAnsweredWithTheKnownOnes() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parsed("--spool-policy=drop"))
                .withMessage("--spool-policy 'drop': there are evict-oldest and refuse-newest");
    }

    private static SpoolSettings parsed(String... arguments) {
        Anything anything = new Anything();
        new CommandLine(anything).parseArgs(arguments);
        return anything.options.settings();
    }
}
