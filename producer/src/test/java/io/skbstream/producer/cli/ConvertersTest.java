package io.skbstream.producer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    private final Converters.OfDuration durations = new Converters.OfDuration();
    private final Converters.OfRingBytes ringSizes = new Converters.OfRingBytes();
    private final Converters.OfSpoolBytes spoolSizes = new Converters.OfSpoolBytes();
    private final Converters.OfSample samples = new Converters.OfSample();
    private final Converters.OfListenAddress addresses = new Converters.OfListenAddress();

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "500ms, PT0.5S",
        "20s, PT20S",
        "2m, PT2M",
        "1h, PT1H",
        "7d, PT168H",
        "8784h, PT8784H",
        "20 s, PT20S"
    })
    void aDurationIsANumberAndAUnit(String text, Duration duration) {
        assertThat(durations.convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "s", "-1s", "1.5s", "20S", "20sec", "1w", "1h30m", "9999999999s"})
    void anythingElseIsNoDuration(String text) {
        assertRefused(durations, text, "'" + text + "' is no duration; write 500ms, 20s, 2m, 1h or 7d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"367d", "8785h", "999999999h"})
    void aDurationLongerThanAYearIsRefused(String text) {
        assertRefused(durations, text, "'" + text + "' is longer than a year");
    }

    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576",
        "1024KiB, 1048576",
        "1MiB, 1048576",
        "1gib, 1073741824",
        "20 GiB, 21474836480",
        "1024TiB, 1125899906842624"
    })
    void aSpoolsSizeIsANumberOfBytesOrOfABinaryUnit(String text, long bytes) {
        assertThat(spoolSizes.convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1048575", "1023KiB", "1025TiB", "999999999TiB"})
    void aSpoolIsNeitherTinyNorEndless(String text) {
        assertRefused(spoolSizes, text, "'" + text + "' is no size of a spool: it must be 1MiB to 1024TiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "1GB", "1G", "-1GiB", "1.5GiB"})
    void anythingElseIsNoSizeOfASpool(String text) {
        assertRefused(spoolSizes, text, "'" + text + "' is no size; write 64MiB or 1GiB");
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "4KiB, 4096",
        "64KiB, 65536",
        "64kib, 65536",
        "16MiB, 16777216",
        "16 MiB, 16777216",
        "512MiB, 536870912"
    })
    void aRingSizeIsANumberOfBytesOrOfABinaryUnit(String text, int bytes) {
        assertThat(ringSizes.convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "16MB", "16M", "1GiB", "-4096", "9999999999"})
    void anythingElseIsNoSize(String text) {
        assertRefused(ringSizes, text, "'" + text + "' is no size; write 65536, 64KiB or 16MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2048", "2KiB", "3MiB", "5000", "1024MiB", "999999999MiB"})
    void aSizeThatTheKernelTakesForNoRingIsRefused(String text) {
        assertRefused(
                ringSizes, text, "'" + text + "' is no size of a ring: it must be a power of two from 4KiB to 512MiB");
    }

    @Test
    void aSampleIsOneInSoMany() {
        assertThat(samples.convert("1/1")).isEqualTo(1);
        assertThat(samples.convert("1/100")).isEqualTo(100);
        assertThat(samples.convert("1/999999999")).isEqualTo(999_999_999);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "100", "1/0", "1/000", "2/100", "1/-1", "0.01", "1/9999999999"})
    void anythingElseIsNoSample(String text) {
        assertRefused(
                samples,
                text,
                "'" + text + "' is no sampling rate; write 1/N with N from 1 (every hit) to 999999999, as 1/100");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9464, 127.0.0.1, 9464",
        "9464, 127.0.0.1, 9464",
        ":9464, 127.0.0.1, 9464",
        "0.0.0.0:1, 0.0.0.0, 1",
        "[::1]:65535, 0:0:0:0:0:0:0:1, 65535",
        "localhost:0, 127.0.0.1, 0"
    })
    void anAddressToListenAtIsAHostAndAPort(String text, String host, int port) {
        InetSocketAddress address = addresses.convert(text);

        assertThat(address.getAddress().getHostAddress()).isEqualTo(host);
        assertThat(address.getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:x",
                "1:2:3",
                "::1:9464",
                "a b:1",
                "127.0.0.1:65536",
                "-1",
                "http://127.0.0.1:9464"
            })
    void anythingElseIsNoAddress(String text) {
        assertRefused(
                addresses,
                text,
                "'" + text + "' is no address to listen at; write HOST:PORT with a port from 0 (any) to 65535, as"
                        + " 127.0.0.1:9464 or [::1]:9464");
    }

    @Test
    void aHostThatIsNotThereIsNamed() {
        assertRefused(
                addresses, "no-such-host.invalid:1", "'no-such-host.invalid:1': there is no host no-such-host.invalid");
    }

    private static void assertRefused(ITypeConverter<?> converter, String text, String message) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> converter.convert(text))
                .withMessage(message);
    }
}
