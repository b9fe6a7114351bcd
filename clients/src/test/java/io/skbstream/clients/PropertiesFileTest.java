package io.skbstream.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertiesFileTest {

    @TempDir
    private Path folder;

    @Test
    void aByteOrderMarkAndLineEndsOfWindowsArePartOfNoKeyAndNoValue() throws Exception {
        assertThat(PropertiesFile.read(file("\ufeffacks=all\r\nclient.id=höst\r\n", UTF_8)))
                .containsExactlyInAnyOrderEntriesOf(Map.of("acks", "all", "client.id", "höst"));
    }

    @Test
    void anotherEncodingIsRefusedWithWhatMendsIt() throws Exception {
        for (Charset other : new Charset[] {UTF_16, UTF_16LE, ISO_8859_1}) {
            Path file = file("acks=all\nclient.id=höst\n", other);
            assertThatIOException()
                    .as(other.name())
                    .isThrownBy(() -> PropertiesFile.read(file))
                    .withMessageStartingWith("it is no UTF-8 text; save it as UTF-8");
        }
    }

    @Test
    void nothingOfAFileIsQuoted() throws Exception {
        Path file = file("password=\\uhunter2x", UTF_8);
        assertThatIOException()
                .isThrownBy(() -> PropertiesFile.read(file))
                .withMessage("a \\u in it is not followed by four hexadecimal digits");
        assertThatIOException()
                .isThrownBy(() -> PropertiesFile.read(folder.resolve("none")))
                .withMessage("no such file");
    }

    private Path file(String text, Charset charset) throws IOException {
        return Files.write(folder.resolve(charset.name()), text.getBytes(charset));
    }
}
