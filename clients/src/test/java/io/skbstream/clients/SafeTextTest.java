package io.skbstream.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"web-1", "a b", "höst", "сервер", "サーバ", "مضيف", "ü", "→ …", "😀", "C:\\new", "50%{x}", "�"})
    void lettersOfAnyLanguageStay(String text) {
        assertThat(SafeText.of(text, UTF_8)).isEqualTo(text);
    }

    @ParameterizedTest(name = "U+{0} ({1})")
    @CsvSource({
        "00, NUL",
        "07, BEL",
        "08, backspace",
        "09, tab",
        "0a, line feed",
        "0d, carriage return",
        "1b, escape",
        "7f, delete",
        "85, next line",
        "90, device control string",
        "9b, control sequence introducer",
        "9d, operating system command",
        "a0, no-break space",
        "ad, soft hyphen",
        "34f, combining grapheme joiner",
        "61c, Arabic letter mark",
        "115f, Hangul choseong filler",
        "180b, Mongolian free variation selector",
        "180e, Mongolian vowel separator",
        "2003, em space",
        "200b, zero width space",
        "200d, zero width joiner",
        "200e, left-to-right mark",
        "2028, line separator",
        "2029, paragraph separator",
        "202e, right-to-left override",
        "2060, word joiner",
        "2066, left-to-right isolate",
        "2069, pop directional isolate",
        "2800, empty Braille cell",
        "3000, ideographic space",
        "3164, Hangul filler",
        "d800, half of a pair",
        "dc00, the other half",
        "e000, private use",
        "fe0f, variation selector",
        "feff, byte order mark",
        "fff9, interlinear annotation",
        "ffff, no character",
        "e0041, tag",
        "e0101, variation selector of the supplement",
        "10fffd, private use plane"
    })
    void whatATerminalActsOnOrAReaderDoesNotSeeIsShownAsItsNumber(String hex, String name) {
        int point = Integer.parseInt(hex, 16);
        String shown = SafeText.of("a" + Character.toString(point) + "b", UTF_8);

        assertThat(shown).as(name).matches("a\\\\(n|r|t|u[0-9a-f]{4}|u\\{[0-9a-f]+})b");
        assertThat(SafeText.of(shown, UTF_8)).as("what is safe stays as it is").isEqualTo(shown);
    }

    @Test
    void whatAnOutputCannotExpressIsNoQuestionMark() {
        assertThat(SafeText.of("höst→1", US_ASCII)).isEqualTo("h\\u00f6st\\u21921");
        assertThat(SafeText.of("höst→1", ISO_8859_1)).isEqualTo("höst\\u21921");
    }

    @Test
    void aTextOfLinesKeepsThem() {
        assertThat(SafeText.lines("one\u001b[2J\n  two\r\nthree")).isEqualTo("one\\u001b[2J\n  two\nthree");
    }

    @Test
    void jsonStaysTheSameValueInAscii() {
        assertThat(SafeText.json("{\"host\":\"h\u00f6\u202e\u007f\ud83d\ude00\"}\n"))
                .isEqualTo("{\"host\":\"h\\u00f6\\u202e\\u007f\\ud83d\\ude00\"}\n");
    }

    @Property
    void whateverComesInOnlyPrintableTextGoesOut(@ForAll String outside) {
        assertThat(SafeText.of(outside, US_ASCII)).matches("[ -~]*");
        assertThat(SafeText.of(outside, UTF_8)).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
        assertThat(SafeText.json('"' + outside + '"')).matches("[ -~\\n\\t\\r]*");
    }
}
