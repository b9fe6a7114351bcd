package io.skbstream.producer.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

class MemoryLockLimitTest {

    private static final int SOFT = 0;
    private static final int HARD = 1;

    @Test
    void theSoftLimitIsRaisedToTheHardOneAtLeast() throws IOException {
        assumeFalse(column(HARD).equals("0"), "needs a hard limit of locked memory (ulimit -Hl) above 0");
        setSoftLimitToZero();
        assertThat(column(SOFT)).isEqualTo("0");

        MemoryLockLimit.raise();

        assertThat(column(SOFT)).isNotEqualTo("0").isEqualTo(column(HARD));
    }

    private static void setSoftLimitToZero() {
        Pointer limit = Memory.allocateDirect(Native.runtime(), 2 * Long.BYTES);
        Native.systemCall(Native.c().getrlimit(LibC.RLIMIT_MEMLOCK, limit), "read the limit");
        limit.putLong(0, 0);
        Native.systemCall(Native.c().setrlimit(LibC.RLIMIT_MEMLOCK, limit), "lower the soft limit");
    }

    private static String column(int index) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(limit -> limit.startsWith("Max locked memory"))
                .findFirst()
                .orElseThrow();
        return line.substring("Max locked memory".length()).strip().split("\\s+")[index];
    }
}
