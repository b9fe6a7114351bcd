package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockdownTest {

    @TempDir
    private Path root;

    @Test
    void confidentialityIsInTheWay() {
        assertThat(lockdown("none integrity [confidentiality]\n").obstacle())
                .contains(new Obstacle(
                        "lockdown=confidentiality (/sys/kernel/security/lockdown): the kernel lets no program read its memory",
                        "boot with lockdown=integrity, or without lockdown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[none] integrity confidentiality\n", "none [integrity] confidentiality\n"})
    void theOtherModesAreNot(String modes) {
        assertThat(lockdown(modes).obstacle()).isEmpty();
        assertThat(lockdown(modes).modes()).contains(modes.strip());
    }

    @Test
    void withoutSecurityfsNothingIsKnown() {
        assertThat(new KernelFolder(root).kernel().lockdown().obstacle()).isEmpty();
    }

    private Lockdown lockdown(String modes) {
        return new KernelFolder(root).with(Lockdown.FILE, modes).kernel().lockdown();
    }
}
