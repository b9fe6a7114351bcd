package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeSettingsTest {

    private static final int RING_BYTES = 64 * 1024;
    private static final ProbeSettings EVERYTHING = ProbeSettings.everything(RING_BYTES);

    @Test
    void theImageHoldsEverySetting() {
        Path btf = Path.of("vmlinux.btf");
        ProbeSettings settings = EVERYTHING
                .withDevices(List.of("lo", "0123456789abcde"))
                .withNetns(4026531840L)
                .withMinLen(60)
                .excluding(Set.of(9092, 65_535), 4026531841L)
                .withSampling(100)
                .withRateLimit(1000)
                .withWakeup(4096)
                .withBtf(Optional.of(btf));
        ByteBuffer image = image(settings);

        assertThat(image.capacity()).isEqualTo(ProbeSettings.BYTES);
        assertThat(image.getLong(ProbeSettings.NETNS)).isEqualTo(4026531840L);
        assertThat(image.getLong(ProbeSettings.WAKEUP_BYTES)).isEqualTo(4096);
        assertThat(image.getLong(ProbeSettings.EXCLUDED_NETNS)).isEqualTo(4026531841L);
        assertThat(image.getLong(ProbeSettings.RATE_INTERVAL_NS)).isEqualTo(1_000_000);
        assertThat(image.getInt(ProbeSettings.MIN_LEN)).isEqualTo(60);
        assertThat(image.getInt(ProbeSettings.SAMPLE_EVERY)).isEqualTo(100);
        assertThat(image.getInt(ProbeSettings.DEVICE_COUNT)).isEqualTo(2);
        assertThat(image.getInt(ProbeSettings.EXCLUDES_PORTS)).isEqualTo(1);
        assertThat(device(image, 0)).isEqualTo("lo" + "\0".repeat(14));
        assertThat(device(image, 1)).isEqualTo("0123456789abcde\0");
        assertThat(device(image, 2)).isEqualTo("\0".repeat(16));
        assertThat(settings.excludedPorts()).containsExactlyInAnyOrder(9092, 65_535);
        assertThat(settings.ringBytes()).isEqualTo(RING_BYTES);
        assertThat(settings.btf()).contains(btf);
    }

    @Test
    void everythingFiltersNothing() {
        ByteBuffer image = image(EVERYTHING);

        assertThat(image.getLong(ProbeSettings.NETNS)).isEqualTo(ProbeSettings.ALL_NETNS);
        assertThat(image.getInt(ProbeSettings.MIN_LEN)).isZero();
        assertThat(image.getInt(ProbeSettings.SAMPLE_EVERY)).isEqualTo(1);
        assertThat(image.getInt(ProbeSettings.DEVICE_COUNT)).isZero();
        assertThat(image.getInt(ProbeSettings.EXCLUDES_PORTS)).isZero();
        assertThat(image.getLong(ProbeSettings.RATE_INTERVAL_NS)).isZero();
        assertThat(image.getLong(ProbeSettings.WAKEUP_BYTES))
                .as("well before the ring is full")
                .isEqualTo(RING_BYTES / 4);
        assertThat(EVERYTHING.btf()).isEmpty();
    }

    @Test
    void aDifferenceIsInTheCopyAlone() {
        byte[] before = EVERYTHING.rodata();
        byte[] copy = EVERYTHING.withNetns(42).rodata();

        assertThat(EVERYTHING.rodata()).isEqualTo(before);
        ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder()).putLong(ProbeSettings.NETNS, 0);
        assertThat(copy).isEqualTo(before);
    }

    @Test
    void aSecondListReplacesTheFirst() {
        ProbeSettings settings = EVERYTHING
                .withDevices(List.of("eth0", "eth1"))
                .excluding(Set.of(1, 2, 3), 42)
                .withDevices(List.of("lo"))
                .excluding(Set.of(4), 43);

        assertThat(settings.rodata())
                .isEqualTo(EVERYTHING
                        .withDevices(List.of("lo"))
                        .excluding(Set.of(), 43)
                        .rodata());
        assertThat(settings.excludedPorts()).containsExactly(4);
    }

    @Test
    void moreDevicesThanTheProgramHoldsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withDevices(Collections.nCopies(9, "lo")))
                .withMessageContaining("at most 8 devices, not 9");
    }

    @Test
    void morePortsThanTheProgramHoldsAreRefused() {
        Set<Integer> ports = IntStream.rangeClosed(1, 9).boxed().collect(Collectors.toSet());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.excluding(ports, ProbeSettings.ALL_NETNS))
                .withMessageContaining("at most 8 ports, not 9");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void aNumberThatIsNoPortIsRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.excluding(Set.of(port), ProbeSettings.ALL_NETNS))
                .withMessageContaining(port + " is no TCP port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcdef", "0123456789abcd\u00fc"})
    void aDeviceNameThatTheProgramCannotHoldIsRefused(String device) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withDevices(List.of(device)))
                .withMessageContaining("'" + device + "'");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void samplingOneInNoneIsRefused(int sampleEvery) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withSampling(sampleEvery))
                .withMessageContaining("1/" + sampleEvery);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1000000000", "3, 333333334", "10000000, 100"})
    void theIntervalOfARateIsRoundedToTheSafeSide(int eventsPerSecond, long intervalNs) {
        assertThat(image(EVERYTHING.withRateLimit(eventsPerSecond)).getLong(ProbeSettings.RATE_INTERVAL_NS))
                .isEqualTo(intervalNs);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10_000_001})
    void aRateThatCannotBeKeptIsRefused(int eventsPerSecond) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withRateLimit(eventsPerSecond))
                .withMessageContaining("%d events a second".formatted(eventsPerSecond));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, -4096, Integer.MIN_VALUE})
    void aRingThatIsNoPowerOfTwoIsRefused(int ringBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbeSettings.everything(ringBytes))
                .withMessageContaining(ringBytes + " bytes");
    }

    private static ByteBuffer image(ProbeSettings settings) {
        return ByteBuffer.wrap(settings.rodata()).order(ByteOrder.nativeOrder());
    }

    private static String device(ByteBuffer image, int index) {
        byte[] name = new byte[ProbeSettings.DEVICE_STRIDE];
        image.get(ProbeSettings.DEVICES + index * ProbeSettings.DEVICE_STRIDE, name);
        return new String(name, StandardCharsets.US_ASCII);
    }
}
