package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.it.LiveKernel;
import io.skbstream.producer.it.NeedsMount;
import io.skbstream.producer.libbpf.SystemWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counters in a BPF file system outlive the object that counted in them. */
@LiveKernel
@NeedsMount("bpf")
class KeptCountersIT {

    private static final long SESSION = 1_700_000_000_000L;
    private static final ProbeSettings SETTINGS = ProbeSettings.everything(64 * 1024);

    @TempDir
    private Path bpfFs;

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "bpf", "bpf", bpfFs.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", bpfFs.toString());
    }

    @Test
    void theyAreThereWhenTheProgramIsGoneUntilTheyAreForgotten() {
        KeptCounters kept = KeptCounters.in(bpfFs, bpfFs, SESSION);
        KernelCounts last;
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(Hook.TRACEPOINT, SETTINGS)) {
            assertThat(probe.keepCounters(kept)).isEmpty();
            HitProof.of(Hook.TRACEPOINT, SETTINGS); // a datagram over lo, which this probe sees, too
            probe.detach();
            last = probe.counts();
        }

        assertThat(last.hits()).isPositive();
        List<KeptCounters> left = KeptCounters.left(bpfFs, bpfFs);
        assertThat(left).extracting(KeptCounters::session).containsExactly(SESSION);
        assertThat(left.get(0).read()).isEqualTo(last);
        assertThat(KeptCounters.left(bpfFs, bpfFs.getParent()))
                .as("of another spool")
                .isEmpty();

        left.get(0).forget();
        assertThat(KeptCounters.left(bpfFs, bpfFs)).isEmpty();
        assertThat(bpfFs.toFile().list()).noneMatch(name -> name.startsWith("skbstream"));
    }

    @Test
    void whereThereIsNoBpfFileSystemThatIsSaid() throws Exception {
        Path folder = Files.createTempDirectory("no-bpffs");
        KeptCounters kept = KeptCounters.in(folder, folder, 1);
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(Hook.TRACEPOINT, SETTINGS)) {
            Optional<Obstacle> obstacle = probe.keepCounters(kept);

            assertThat(obstacle.orElseThrow().reason()).contains(SystemWords.NOT_PERMITTED);
            assertThat(obstacle.orElseThrow().remedy()).contains("mount -t bpf ");
            assertThatThrownBy(kept::read).isInstanceOf(AgentException.class);
        }
        Files.delete(folder);
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
