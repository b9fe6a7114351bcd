package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLockTest {

    private static final int RING_BYTES = 64 << 20;

    @TempDir
    private Path root;

    @Test
    void aLimitThatIsTooSmallIsNamedWithWhatTheRingNeeds() {
        Obstacle obstacle =
                memoryLock("5.10.0-30-amd64", "65536").obstacle(RING_BYTES).orElseThrow();

        assertThat(obstacle.reason()).startsWith("RLIMIT_MEMLOCK is 0.1 MiB, a ring of 64.0 MiB needs about 64.");
        assertThat(obstacle.remedy())
                .contains("ulimit -l unlimited", "LimitMEMLOCK=infinity", "CAP_SYS_RESOURCE", "--ring-size");
    }

    @Test
    void aLimitThatIsLargeEnoughIsNotInTheWay() {
        assertThat(memoryLock("5.10.0", Long.toString(memoryLock("5.10.0", "0").neededBytes(RING_BYTES)))
                        .obstacle(RING_BYTES))
                .isEmpty();
        assertThat(memoryLock("5.10.0", "unlimited").obstacle(RING_BYTES)).isEmpty();
        assertThat(memoryLock("5.10.0", "unlimited").limit()).isEqualTo("unlimited");
    }

    @Test
    void sinceLinux511NoLimitIs() {
        assertThat(memoryLock("5.11.0", "65536").obstacle(RING_BYTES)).isEmpty();
        assertThat(memoryLock("6.1.0-18-amd64", "65536").isCharged()).isFalse();
    }

    @Test
    void theDeviceTableTakesMemoryForEveryPossibleCpu() {
        MemoryLock memoryLock = memoryLock("5.10.0", "65536");

        long withOne = neededBytes(memoryLock, "0");
        assertThat(neededBytes(memoryLock, "0-63") - withOne).isEqualTo(63 * 168 * 1024);
        assertThat(neededBytes(memoryLock, "0,2-3") - withOne)
                .as("the table is indexed by the CPU's number")
                .isEqualTo(3 * 168 * 1024);
    }

    private long neededBytes(MemoryLock memoryLock, String possibleCpus) {
        new KernelFolder(root).with("/sys/devices/system/cpu/possible", possibleCpus + "\n");
        return memoryLock.neededBytes(RING_BYTES);
    }

    private MemoryLock memoryLock(String release, String softLimit) {
        return new KernelFolder(root)
                .withRelease(release)
                .with("/sys/devices/system/cpu/possible", "0-1\n")
                .with(
                        "/proc/self/limits",
                        """
                        Limit                     Soft Limit           Hard Limit           Units
                        Max processes             7823                 7823                 processes
                        Max locked memory         %-20s unlimited            bytes
                        """
                                .formatted(softLimit))
                .kernel()
                .memoryLock();
    }
}
