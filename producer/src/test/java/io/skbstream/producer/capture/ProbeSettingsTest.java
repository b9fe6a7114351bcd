package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeSettingsTest {

    private static final int RING_BYTES = 64 * 1024;

    @Test
    void theImageHoldsEverySetting() {
        var settings = new ProbeSettings(List.of("lo", "0123456789abcde"), 4026531840L, 60, 100, RING_BYTES, 4096);
        ByteBuffer image = ByteBuffer.wrap(settings.rodata()).order(ByteOrder.nativeOrder());

        assertThat(image.capacity()).isEqualTo(ProbeSettings.BYTES);
        assertThat(image.getLong(ProbeSettings.NETNS)).isEqualTo(4026531840L);
        assertThat(image.getLong(ProbeSettings.WAKEUP_BYTES)).isEqualTo(4096);
        assertThat(image.getInt(ProbeSettings.MIN_LEN)).isEqualTo(60);
        assertThat(image.getInt(ProbeSettings.SAMPLE_EVERY)).isEqualTo(100);
        assertThat(image.getInt(ProbeSettings.DEVICE_COUNT)).isEqualTo(2);
        assertThat(device(image, 0)).isEqualTo("lo" + "\0".repeat(14));
        assertThat(device(image, 1)).isEqualTo("0123456789abcde\0");
        assertThat(device(image, 2)).isEqualTo("\0".repeat(16));
    }

    @Test
    void everythingFiltersNothing() {
        ProbeSettings settings = ProbeSettings.everything(RING_BYTES);

        assertThat(settings.devices()).isEmpty();
        assertThat(settings.netns()).isEqualTo(ProbeSettings.ALL_NETNS);
        assertThat(settings.minLen()).isZero();
        assertThat(settings.sampleEvery()).isEqualTo(1);
        assertThat(settings.wakeupBytes()).as("well before the ring is full").isEqualTo(RING_BYTES / 4);
    }

    @Test
    void anotherNetnsIsTheOnlyDifference() {
        var settings = new ProbeSettings(List.of("lo"), ProbeSettings.ALL_NETNS, 60, 100, RING_BYTES, 4096);

        assertThat(settings.withNetns(42)).isEqualTo(new ProbeSettings(List.of("lo"), 42, 60, 100, RING_BYTES, 4096));
    }

    @Test
    void laterChangesOfTheCallersListDoNotReachIt() {
        List<String> devices = new ArrayList<>(List.of("lo"));
        var settings = new ProbeSettings(devices, ProbeSettings.ALL_NETNS, 0, 1, RING_BYTES, 4096);
        devices.add("eth0");

        assertThat(settings.devices()).containsExactly("lo");
    }

    @Test
    void moreDevicesThanTheProgramHoldsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withDevices(Collections.nCopies(9, "lo")))
                .withMessageContaining("at most 8 devices, not 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcdef", "0123456789abcd\u00fc"})
    void aDeviceNameThatTheProgramCannotHoldIsRefused(String device) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withDevices(List.of(device)))
                .withMessageContaining("'" + device + "'");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void samplingOneInNoneIsRefused(int sampleEvery) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ProbeSettings(List.of(), ProbeSettings.ALL_NETNS, 0, sampleEvery, RING_BYTES, 4096))
                .withMessageContaining("1/" + sampleEvery);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, -4096, Integer.MIN_VALUE})
    void aRingThatIsNoPowerOfTwoIsRefused(int ringBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProbeSettings(List.of(), ProbeSettings.ALL_NETNS, 0, 1, ringBytes, 0))
                .withMessageContaining(ringBytes + " bytes");
    }

    private static ProbeSettings withDevices(List<String> devices) {
        return new ProbeSettings(devices, ProbeSettings.ALL_NETNS, 0, 1, RING_BYTES, 4096);
    }

    private static String device(ByteBuffer image, int index) {
        byte[] name = new byte[ProbeSettings.DEVICE_STRIDE];
        image.get(ProbeSettings.DEVICES + index * ProbeSettings.DEVICE_STRIDE, name);
        return new String(name, StandardCharsets.US_ASCII);
    }
}
