package io.skbstream.clients;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes text that came from outside safe to show: host names, messages of a broker, the user's own arguments. Replaces every
 * character by its number that a terminal would act on, that a reader would not see or take for something else, or that the output
 * cannot express. Letters of any language stay. Any thread.
 */
public final class SafeText {

    private static final int FIRST_PRINTABLE = 0x20;

    /** The last character that {@link #json} leaves as it is; for a generator that can do the same by itself. */
    public static final int LAST_PRINTABLE = 0x7e;

    /** The charset of stdout. Java has a method for that since 18 only, and a property by version. */
    public static final Charset CHARSET = Stream.of("stdout.encoding", "sun.stdout.encoding")
            .map(System::getProperty)
            .filter(Objects::nonNull)
            .findFirst()
            .map(SafeText::charset)
            .orElseGet(Charset::defaultCharset);

    private SafeText() {}

    /** One line, whatever the text holds: a line break is shown as {@code \n}. */
    public static String of(String outside) {
        return of(outside, CHARSET);
    }

    /** The same of a text that has lines, each by itself. */
    public static String lines(String outside) {
        return String.valueOf(outside).lines().map(SafeText::of).collect(Collectors.joining("\n"));
    }

    /** One line for a person, as an error message: also without secrets. */
    public static String message(String text) {
        return of(Secrets.hideIn(text));
    }

    /**
     * JSON in plain ASCII, which means the same: all that is not is within strings, and is written as JSON's escapes. So it is right
     * in any locale.
     *
     * @param json one value in JSON, of any generator
     */
    public static String json(String json) {
        if (json.chars().allMatch(SafeText::isPrintableAscii)) {
            return json;
        }
        var safe = new StringBuilder(json.length() + 16);
        json.chars().forEach(unit -> {
            if (isPrintableAscii(unit) || unit == '\n' || unit == '\t' || unit == '\r') { // white space between values
                safe.append((char) unit);
            } else {
                safe.append("\\u%04x".formatted(unit));
            }
        });
        return safe.toString();
    }

    /** One line for an output in this charset. */
    public static String of(String outside, Charset charset) {
        String text = String.valueOf(outside);
        if (text.chars().allMatch(SafeText::isPrintableAscii)) {
            return text;
        }
        CharsetEncoder encoder = charset.newEncoder().onUnmappableCharacter(CodingErrorAction.REPORT);
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (isSafe(point) && encoder.canEncode(Character.toString(point))) {
                safe.appendCodePoint(point);
            } else {
                safe.append(escaped(point));
            }
        });
        return safe.toString();
    }

    /** The charset that the JVM names in a property; the default one where this Java has none of that name. */
    static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return Charset.defaultCharset();
        }
    }

    private static boolean isPrintableAscii(int unit) {
        return unit >= FIRST_PRINTABLE && unit <= LAST_PRINTABLE;
    }

    private static boolean isSafe(int point) {
        return switch (Character.getType(point)) {
            // C0, DEL and C1; bidi, zero width, BOM, tags; half of a pair; line and paragraph separators; what no
            // version has yet
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            case Character.SPACE_SEPARATOR -> point == ' '; // the others look like it
            default -> !isInvisible(point);
        };
    }

    /** Letters, marks and symbols that are drawn as nothing or as a blank: Unicode's default ignorable ones, and an empty Braille cell. */
    private static boolean isInvisible(int point) {
        return point == 0x034f
                || point == 0x115f
                || point == 0x1160
                || point == 0x17b4
                || point == 0x17b5
                || point >= 0x180b && point <= 0x180f
                || point == 0x2800
                || point == 0x3164
                || point >= 0xfe00 && point <= 0xfe0f
                || point == 0xffa0
                || point >= 0xe0100 && point <= 0xe01ef;
    }

    private static String escaped(int point) {
        return switch (point) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> Character.isBmpCodePoint(point) ? "\\u%04x".formatted(point) : "\\u{%x}".formatted(point);
        };
    }
}
