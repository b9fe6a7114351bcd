package io.skbstream.clients;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the user has given to this process, as text. The JVM reads arguments and environment by the locale's charset and puts
 * {@code ?} or U+FFFD for what that has not: with {@code LC_ALL=C}, for every letter that is not English. This reads the bytes: as UTF-8, or
 * else by the locale.
 */
public final class Given {

    private static final int USAGE = 2;
    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
    private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

    private Given() {}

    /**
     * The arguments of {@code main}. Says what to do, and ends the process with exit code 2, if one of them is not text.
     *
     * @param program whose name comes before the message
     * @param arguments as the JVM has read them
     */
    public static String[] arguments(String program, String... arguments) {
        try {
            return arguments(arguments, entries(ARGUMENTS), locale());
        } catch (IllegalArgumentException noText) {
            System.err.println(program + ": " + noText.getMessage());
            System.exit(USAGE);
            throw noText; // for the compiler
        }
    }

    /** A variable of the environment; empty if it is not set. */
    public static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name))
                .map(value -> isAscii(value)
                        ? value
                        : variable(name, entries(ENVIRONMENT), locale()).orElse(value));
    }

    /** Whether the JVM can hand this text on to a process that it starts; it puts {@code ?} for what the locale has not. */
    public static boolean canBeHandedOn(String text) {
        return locale().newEncoder().canEncode(text);
    }

    static String[] arguments(String[] arguments, List<byte[]> entries, Charset locale) {
        int before = entries.size() - arguments.length;
        if (before < 0 || !isOf(arguments, entries.subList(before, entries.size()))) { // no /proc, or not of main
            return arguments;
        }
        String[] given = new String[arguments.length];
        for (int i = 0; i < given.length; i++) {
            int number = i + 1;
            given[i] = text(entries.get(before + i), locale)
                    .orElseThrow(() -> new IllegalArgumentException("argument " + number
                            + " is not text: its bytes are not UTF-8"
                            + (locale.equals(StandardCharsets.UTF_8)
                                    ? ""
                                    : ", nor " + locale + ", the charset of this locale")
                            + "; write it in UTF-8"));
        }
        return given;
    }

    static Optional<String> variable(String name, List<byte[]> entries, Charset locale) {
        byte[] start = (name + '=').getBytes(StandardCharsets.UTF_8);
        return entries.stream()
                .filter(entry ->
                        entry.length >= start.length && Arrays.equals(entry, 0, start.length, start, 0, start.length))
                .findFirst()
                .flatMap(entry -> text(Arrays.copyOfRange(entry, start.length, entry.length), locale));
    }

    /** Whether these entries are those arguments, apart from what the JVM cannot read. */
    private static boolean isOf(String[] arguments, List<byte[]> entries) {
        for (int i = 0; i < arguments.length; i++) {
            boolean isRead = isAscii(arguments[i]) && arguments[i].indexOf('?') < 0;
            if (isRead && !arguments[i].equals(new String(entries.get(i), StandardCharsets.UTF_8))) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> text(byte[] bytes, Charset locale) {
        return decoded(bytes, StandardCharsets.UTF_8).or(() -> decoded(bytes, locale));
    }

    private static Optional<String> decoded(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException other) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(unit -> unit < 0x80);
    }

    /** The JVM's property for it, which is nowhere promised; it falls back to what it takes for text. */
    private static Charset locale() {
        return SafeText.charset(System.getProperty("sun.jnu.encoding", ""));
    }

    /** Each ends with a NUL. */
    private static List<byte[]> entries(Path file) {
        byte[] all;
        try {
            all = Files.readAllBytes(file);
        } catch (IOException noProc) {
            return List.of();
        }
        List<byte[]> entries = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == 0) {
                entries.add(Arrays.copyOfRange(all, start, i));
                start = i + 1;
            }
        }
        return entries;
    }
}
