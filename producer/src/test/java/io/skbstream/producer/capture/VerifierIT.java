package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.LiveKernel;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.BpfObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The live kernel's verifier takes every program, with every filter off and on. */
@LiveKernel
class VerifierIT {

    private static final int RING_BYTES = 64 * 1024;
    private static final int EPERM = 1;
    private static final ProbeSettings ALL_OFF = ProbeSettings.everything(RING_BYTES);
    private static final ProbeSettings ALL_ON = ALL_OFF.withDevices(List.of("lo", "eth0"))
            .withNetns(4026531840L)
            .withMinLen(64)
            .excluding(List.of(9092, 9093), 4026531840L)
            .withSampling(10)
            .withRateLimit(1000);

    @ParameterizedTest
    @MethodSource("everyProgramWithEverySettings")
    void theVerifierTakesTheProgram(Hook hook, ProbeSettings settings) {
        byte[] object = NetifReceiveProbe.objectForThisMachine();
        try {
            load(object, hook, settings);
        } catch (BpfException refused) {
            // Some kernels refuse every fentry program, whatever is in it. Then the same instructions are verified as a
            // tracepoint's, whose argument is the same.
            assertThat(hook)
                    .as(refused.getMessage() + "\n" + refused.libbpfLog())
                    .isEqualTo(Hook.FENTRY);
            assertThat(refused.errno()).isEqualTo(EPERM);
            System.out.println("this kernel refuses fentry programs; verifying the program as tp_btf/netif_rx instead");
            load(renamed(object, "fentry/__netif_receive_skb", "tp_btf/netif_rx"), hook, settings);
        }
    }

    static Stream<Arguments> everyProgramWithEverySettings() {
        return Stream.of(Hook.values())
                .flatMap(hook -> Stream.of(Arguments.of(hook, ALL_OFF), Arguments.of(hook, ALL_ON)));
    }

    private static void load(byte[] elf, Hook hook, ProbeSettings settings) {
        try (BpfObject object = BpfObject.open(elf, "skbstream", settings.btf())) {
            for (Hook other : Hook.values()) {
                object.program(other.program()).setAutoload(other == hook);
            }
            object.setRodata(settings.rodata());
            object.map("events").setMaxEntries(settings.ringBytes());
            KernelCounters.size(object);
            object.load();
        }
    }

    /** The object with one section called otherwise, in the section headers' names and in BTF. */
    private static byte[] renamed(byte[] elf, String from, String to) {
        String text = new String(elf, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        String padded = to + "\0".repeat(from.length() - to.length());
        return text.replace(from, padded).getBytes(StandardCharsets.ISO_8859_1);
    }
}
