package io.skbstream.producer.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaIdFileTest {

    private static final Map<Long, Integer> IDS = Map.of(-1L, 7, 2L, 8, 3L, 8);
    private static final Map<Long, String> SUBJECTS = Map.of(-1L, "a-value", 2L, "a-value", 3L, "b-value");

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsReadBackForTheSameRegistryAndSubjects() throws IOException {
        SchemaIdFile file = new SchemaIdFile(folder, "http://r");
        assertThat(file.read(SUBJECTS)).as("before").isEmpty();
        file.write(IDS, SUBJECTS);

        assertThat(file.read(SUBJECTS)).isEqualTo(IDS);
        assertThat(file.read(Map.of(2L, "a-value"))).isEqualTo(Map.of(2L, 8));
        assertThat(file.read(Map.of(2L, "c-value"))).as("another subject").isEmpty();
        assertThat(file.read(Map.of(2L, "a-value", 4L, "a-value")))
                .as("a schema more")
                .isEqualTo(Map.of(2L, 8));
        assertThat(new SchemaIdFile(folder, "http://s").read(SUBJECTS))
                .as("another registry")
                .isEmpty();
        assertThat(new SchemaIdFile(folder, "http://s,http://r").read(SUBJECTS))
                .as("the same, with an address more")
                .isEqualTo(IDS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("schema-ids.json"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).as("nothing half written").hasSize(1);
        }
    }

    @Test
    void aFileThatIsTornOrChangedAnywhereIsAsGoodAsNone() throws IOException {
        SchemaIdFile file = new SchemaIdFile(folder, "http://r");
        file.write(IDS, SUBJECTS);
        Path path = folder.resolve("schema-ids.json");
        byte[] whole = Files.readAllBytes(path);
        for (int i = 0; i < whole.length; i += 11) {
            Files.write(path, Arrays.copyOf(whole, i));
            assertThat(file.read(SUBJECTS)).as("torn at %d", i).isEmpty();
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(path, flipped);
            assertThat(file.read(SUBJECTS)).as("changed at %d", i).isEmpty();
        }
        file.write(IDS, SUBJECTS);
        assertThat(file.read(SUBJECTS)).as("replaced").isEqualTo(IDS);
    }

    @Test
    void aFolderThatTakesNothingIsNoFailure() throws IOException {
        Path none = folder.resolve("none");
        new SchemaIdFile(none, "http://r").write(IDS, SUBJECTS);
        assertThat(Files.exists(none)).isFalse();
    }
}
