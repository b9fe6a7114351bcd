package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaHistoryTest {
    static List<String> names() {
        return SchemaHistory.NAMES;
    }

    /** The newest entry of each record. */
    static Stream<String> newestNames() {
        return names().stream().filter(name -> !names().contains(stem(name) + (number(name) + 1)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void goldenBytesAreReadAsTheRecordBesideThem(String name) throws IOException {
        assertThat(new AvroDeserializer<>().deserialize("golden", goldenBytes(name)))
                .isEqualTo(goldenRecord(name));
    }

    @ParameterizedTest
    @MethodSource("newestNames")
    void theRecordBesideTheNewestGoldenBytesIsWrittenAsThoseBytes(String name) throws IOException {
        byte[] written = new AvroSerializer<>().serialize("golden", goldenRecord(name));
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(goldenBytes(name)));
    }

    @Test
    void everyFileOfTheHistoryFolderBelongsToANamedEntry() throws IOException {
        List<String> expected = new ArrayList<>();
        names().forEach(name -> expected.addAll(List.of(name + ".avsc", name + ".hex", name + ".json")));
        try (Stream<Path> files = Files.list(Path.of("history"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void everyRecordEnumAndFieldIsDocumented() {
        assertThat(SchemaCheck.COMPILED_IN).allSatisfy(record -> {
            assertThat(record.getDoc()).isNotBlank();
            assertThat(record.getFields()).allSatisfy(field -> {
                assertThat(field.doc()).as(field.name()).isNotBlank();
                if (field.schema().getType() == Schema.Type.ENUM) {
                    assertThat(field.schema().getDoc()).isNotBlank();
                    assertThat(field.schema().getEnumDefault()).isEqualTo("UNKNOWN");
                }
            });
        });
    }

    static byte[] goldenBytes(String name) {
        return HexFormat.of().parseHex(resource(name + ".hex").replaceAll("\\s", ""));
    }

    private static SpecificRecord goldenRecord(String name) throws IOException {
        Schema writer = SchemaHistory.load(name);
        ContractModel model = ContractModel.INSTANCE;
        Schema reader = model.getSchema(model.getClass(writer));
        return new SpecificDatumReader<SpecificRecord>(writer, reader, model)
                .read(null, DecoderFactory.get().jsonDecoder(writer, resource(name + ".json")));
    }

    private static String resource(String file) {
        try (InputStream in = SchemaHistory.class.getResourceAsStream("history/" + file)) {
            assertThat(in).as("resource history/" + file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stem(String name) {
        return name.substring(0, name.lastIndexOf('-') + 1);
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }
}
