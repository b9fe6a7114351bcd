package io.skbstream.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;

class GivenTest {

    private static final byte[] JAVA = "java".getBytes(UTF_8);

    @Test
    void argumentsAreWhatTheirBytesSayInALocaleThatHasNoSuchLetters() {
        assertThat(arguments(
                        new String[] {"--host", "h??st?"}, US_ASCII, "--host".getBytes(UTF_8), "höst?".getBytes(UTF_8)))
                .containsExactly("--host", "höst?");
    }

    @Test
    void bytesThatAreNoUtf8AreReadByTheLocale() {
        assertThat(arguments(new String[] {"höst"}, ISO_8859_1, "höst".getBytes(ISO_8859_1)))
                .containsExactly("höst");
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheirNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> arguments(
                        new String[] {"--host", "h?st"},
                        US_ASCII,
                        "--host".getBytes(UTF_8),
                        "höst".getBytes(ISO_8859_1)))
                .withMessage(
                        "argument 2 is not text: its bytes are not UTF-8, nor US-ASCII, the charset of this locale;"
                                + " write it in UTF-8");
    }

    @Test
    void theArgumentsOfAnotherProgramChangeNothing() {
        String[] given = {"--host", "a"};
        assertThat(arguments(given, UTF_8, "--topic".getBytes(UTF_8), "b".getBytes(UTF_8)))
                .isSameAs(given);
        assertThat(Given.arguments(given, List.of(), UTF_8)).isSameAs(given);
    }

    @Test
    void aVariableIsWhatItsBytesSay() {
        assertThat(Given.variable("A", List.of("AB=x".getBytes(UTF_8), "A=pä=ss".getBytes(UTF_8)), US_ASCII))
                .contains("pä=ss");
    }

    private static String[] arguments(String[] arguments, Charset locale, byte[]... bytes) {
        var entries = new java.util.ArrayList<>(List.of(JAVA, JAVA));
        entries.addAll(List.of(bytes));
        return Given.arguments(arguments, entries, locale);
    }
}
