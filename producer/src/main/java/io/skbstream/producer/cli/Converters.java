package io.skbstream.producer.cli;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How option values are written: {@code 20s}, {@code 16MiB}, {@code 1/100}. */
final class Converters {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]*)");
    private static final Pattern ONE_IN = Pattern.compile("1/(\\d{1,9})");

    private Converters() {}

    /** {@code 500ms}, {@code 20s}, {@code 2m}, {@code 1h}, {@code 7d}. */
    static final class OfDuration implements ITypeConverter<Duration> {
        /** Far below the 292 years that a long holds in nanoseconds. */
        private static final Duration LONGEST = Duration.ofDays(366);

        @Override
        public Duration convert(String text) {
            Matcher amount = AMOUNT.matcher(text);
            if (!amount.matches()) {
                throw notADuration(text);
            }
            Duration duration = Duration.of(
                    Long.parseLong(amount.group(1)),
                    switch (amount.group(2)) {
                        case "ms" -> ChronoUnit.MILLIS;
                        case "s" -> ChronoUnit.SECONDS;
                        case "m" -> ChronoUnit.MINUTES;
                        case "h" -> ChronoUnit.HOURS;
                        case "d" -> ChronoUnit.DAYS;
                        default -> throw notADuration(text);
                    });
            if (duration.compareTo(LONGEST) > 0) {
                throw new TypeConversionException("'" + text + "' is longer than a year");
            }
            return duration;
        }

        private static TypeConversionException notADuration(String text) {
            return new TypeConversionException("'" + text + "' is no duration; write 500ms, 20s, 2m, 1h or 7d");
        }
    }

    /** {@code 65536}, {@code 64KiB}, {@code 16MiB}: the size of a ring, a power of two from 4 KiB to 512 MiB. */
    static final class OfRingBytes implements ITypeConverter<Integer> {
        private static final long SMALLEST = 4 << 10;
        private static final long LARGEST = 512 << 20;

        @Override
        public Integer convert(String text) {
            Matcher amount = AMOUNT.matcher(text);
            if (!amount.matches()) {
                throw notASize(text);
            }
            long bytes = Long.parseLong(amount.group(1))
                    << switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                        case "" -> 0;
                        case "kib" -> 10;
                        case "mib" -> 20;
                        default -> throw notASize(text);
                    };
            if (bytes < SMALLEST || bytes > LARGEST || Long.bitCount(bytes) != 1) {
                throw new TypeConversionException(
                        "'" + text + "' is no size of a ring: it must be a power of two from 4KiB to 512MiB");
            }
            return (int) bytes;
        }

        private static TypeConversionException notASize(String text) {
            return new TypeConversionException("'" + text + "' is no size; write 65536, 64KiB or 16MiB");
        }
    }

    /** {@code 64MiB}, {@code 1GiB}: a number of bytes, at least 1 MiB. */
    static final class OfSpoolBytes implements ITypeConverter<Long> {
        private static final long SMALLEST = 1 << 20;
        private static final long LARGEST = 1L << 50;

        @Override
        public Long convert(String text) {
            Matcher amount = AMOUNT.matcher(text);
            if (!amount.matches()) {
                throw notASize(text);
            }
            int shift =
                    switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                        case "" -> 0;
                        case "kib" -> 10;
                        case "mib" -> 20;
                        case "gib" -> 30;
                        case "tib" -> 40;
                        default -> throw notASize(text);
                    };
            long number = Long.parseLong(amount.group(1));
            if (number > LARGEST >> shift || number << shift < SMALLEST) {
                throw new TypeConversionException("'" + text + "' is no size of a spool: it must be 1MiB to 1024TiB");
            }
            return number << shift;
        }

        private static TypeConversionException notASize(String text) {
            return new TypeConversionException("'" + text + "' is no size; write 64MiB or 1GiB");
        }
    }

    /** {@code 1/100}: the 100. */
    static final class OfSample implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            Matcher oneIn = ONE_IN.matcher(text);
            if (!oneIn.matches() || Integer.parseInt(oneIn.group(1)) == 0) {
                throw new TypeConversionException("'" + text
                        + "' is no sampling rate; write 1/N with N from 1 (every hit) to 999999999, as 1/100");
            }
            return Integer.parseInt(oneIn.group(1));
        }
    }

    /** {@code 127.0.0.1:9464}, {@code [::1]:9464}, {@code localhost:9464}; without a host, {@code :9464} or {@code 9464}: 127.0.0.1. */
    static final class OfListenAddress implements ITypeConverter<InetSocketAddress> {
        private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\[\\]\\s]*):)?(\\d{1,5})");
        private static final int LARGEST_PORT = 65_535;

        @Override
        public InetSocketAddress convert(String text) {
            Matcher address = ADDRESS.matcher(text);
            if (!address.matches() || Integer.parseInt(address.group(2)) > LARGEST_PORT) {
                throw new TypeConversionException("'" + text
                        + "' is no address to listen at; write HOST:PORT with a port from 0 (any) to 65535, as"
                        + " 127.0.0.1:9464 or [::1]:9464");
            }
            String host = address.group(1) == null || address.group(1).isEmpty() ? "127.0.0.1" : address.group(1);
            InetSocketAddress resolved = new InetSocketAddress(host, Integer.parseInt(address.group(2)));
            if (resolved.isUnresolved()) {
                throw new TypeConversionException("'" + text + "': there is no host " + host);
            }
            return resolved;
        }
    }
}
