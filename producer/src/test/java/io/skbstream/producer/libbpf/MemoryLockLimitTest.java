package io.skbstream.producer.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryLockLimitTest {

    @Test
    void theSoftLimitIsRaisedToTheHardOneAtLeast() throws IOException {
        MemoryLockLimit.raise();

        assertThat(column(0)).isEqualTo(column(1));
    }

    private static String column(int index) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(limit -> limit.startsWith("Max locked memory"))
                .findFirst()
                .orElseThrow();
        return line.substring("Max locked memory".length()).strip().split("\\s+")[index];
    }
}
