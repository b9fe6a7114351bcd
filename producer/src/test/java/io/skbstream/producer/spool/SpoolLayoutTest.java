package io.skbstream.producer.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names in a spool folder are the same in every language, and were not always. */
class SpoolLayoutTest {

    private static final Locale OF_THE_USER = Locale.getDefault();
    private static final Locale ARABIC = Locale.forLanguageTag("ar-EG");

    @TempDir
    private Path folder;

    private SpoolLayout layout;

    @BeforeEach
    void speakArabic() {
        Locale.setDefault(ARABIC);
        layout = new SpoolLayout(folder);
    }

    @AfterEach
    void speakAsBefore() {
        Locale.setDefault(OF_THE_USER);
    }

    @Test
    void aSegmentHasTheSameNameInEveryLanguage() throws IOException {
        assertThat(layout.segment(42)).isEqualTo(folder.resolve("000000000042.avro"));

        Files.createFile(layout.segment(42));
        assertThat(layout.segments(AccountFile.EMPTY)).containsOnlyKeys(42L);
    }

    @Test
    void segmentsWithDigitsOfAnyLanguageAreFoundAndRenamed() throws IOException {
        Path arabic = Files.createFile(folder.resolve(name("ar-EG", 7)));
        Path persian = Files.createFile(folder.resolve(name("fa-IR", 8)));
        Path bengali = Files.createFile(folder.resolve(name("bn-BD", 9)));

        assertThat(layout.segments(AccountFile.EMPTY).values()).containsExactly(arabic, persian, bengali);
        assertThat(layout.renamedSegments(AccountFile.EMPTY).values())
                .containsExactly(layout.segment(7), layout.segment(8), layout.segment(9))
                .allSatisfy(file -> assertThat(file).exists());
        assertThat(arabic).doesNotExist();
    }

    @Test
    void noSegmentTakesTheNameOfAnother() throws IOException {
        Files.writeString(layout.segment(7), "first");
        Files.writeString(folder.resolve(name("ar-EG", 7)), "second");
        Files.writeString(folder.resolve(name("fa-IR", 7)), "third");
        Files.writeString(folder.resolve(name("fa-IR", 8)), "eighth");

        assertThat(layout.segments(AccountFile.EMPTY)).containsOnlyKeys(7L, 8L, 9L, 10L);
        layout.renamedSegments(AccountFile.EMPTY);
        assertThat(layout.segment(7)).hasContent("first");
        assertThat(layout.segment(8)).hasContent("eighth");
        assertThat(List.of(9L, 10L))
                .extracting(number -> Files.readString(layout.segment(number)))
                .containsExactlyInAnyOrder("second", "third");
    }

    /** An agent that could not read the names wrote an account without them. */
    @Test
    void anAccountDoesNotSettleWhatItDidNotKnow() throws IOException {
        var account = new AccountFile(9, 0, Set.of(11L), List.of());
        Files.createFile(folder.resolve(name("ar-EG", 7)));
        Files.createFile(folder.resolve(name("ar-EG", 11)));
        Files.createFile(layout.segment(8));

        assertThat(layout.renamedSegments(account)).containsOnlyKeys(8L, 12L, 13L);
    }

    private static String name(String language, int number) {
        return String.format(Locale.forLanguageTag(language), "%012d.avro", number);
    }
}
