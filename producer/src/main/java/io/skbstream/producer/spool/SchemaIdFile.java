package io.skbstream.producer.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of schemas in a spool folder, so that an agent can start while the registry is away. Replaced as a whole; a file that is torn,
 * or of another registry, is as good as none.
 *
 * @param folder the spool folder
 * @param registry which registry gave the ids: its addresses, comma-separated; of two that have one in common, it is the same
 */
public record SchemaIdFile(Path folder, String registry) {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaIdFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 1 << 20;

    /**
     * The ids of those that are wanted and there.
     *
     * @param wanted subjects by the fingerprint of their schemas
     */
    public Map<Long, Integer> read(Map<Long, String> wanted) {
        Path path = layout().schemaIds();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("it is too large");
            }
            String[] lines = Files.readString(path).split("\n", -1);
            if (lines.length != 3 || !lines[1].equals(checksum(lines[0]))) {
                throw new IOException("its checksum is wrong");
            }
            JsonNode root = JSON.readTree(lines[0]);
            if (Collections.disjoint(
                    addresses(registry), addresses(root.path("registry").asText()))) {
                LOG.warn(
                        "{} is of the registry {}, so it is not used",
                        path,
                        root.path("registry").asText());
                return Map.of();
            }
            Map<Long, Integer> ids = new TreeMap<>();
            wanted.forEach((fingerprint, subject) -> {
                JsonNode id = root.path("subjects").path(subject).path(hex(fingerprint));
                if (id.isInt()) {
                    ids.put(fingerprint, id.intValue());
                }
            });
            return Map.copyOf(ids);
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException damaged) {
            LOG.warn("{} is damaged, so the registry has to be asked: {}", path, damaged.getMessage());
            return Map.of();
        }
    }

    /** Puts them on the disk. One that fails is told: the ids are good all the same, until the next start. */
    public void write(Map<Long, Integer> ids, Map<Long, String> subjects) {
        ObjectNode root = JSON.createObjectNode().put("registry", registry);
        ObjectNode all = root.putObject("subjects");
        ids.forEach((fingerprint, id) ->
                all.withObjectProperty(subjects.get(fingerprint)).put(hex(fingerprint), id));
        String line = root.toString();
        try {
            layout().replace(
                            layout().schemaIds(),
                            (line + '\n' + checksum(line) + '\n').getBytes(StandardCharsets.UTF_8),
                            true);
        } catch (IOException failed) {
            LOG.warn(
                    "cannot keep the schemas' ids in {}: {}; a start while the registry is away would lack them",
                    layout().schemaIds(),
                    SystemFailure.inWords(failed));
        }
    }

    private SpoolLayout layout() {
        return new SpoolLayout(folder);
    }

    private static Set<String> addresses(String registry) {
        return new HashSet<>(Arrays.asList(registry.split(",")));
    }

    private static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }

    private static String checksum(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
