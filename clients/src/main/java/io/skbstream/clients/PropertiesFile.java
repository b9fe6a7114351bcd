package io.skbstream.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Java properties in UTF-8, as any editor saves them: with or without a byte order mark, with line ends of Unix or Windows. */
public final class PropertiesFile {

    private static final String NO_UTF8 =
            "it is no UTF-8 text; save it as UTF-8 (iconv -f UTF-16 -t UTF-8, or the encoding"
                    + " that your editor used)";

    private static final int MOST_BYTES = 1 << 20;

    private PropertiesFile() {}

    /** @throws IOException if it cannot be read; the message says why in a few words, and quotes nothing of the file */
    public static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(bytes(file))));
        } catch (FileSystemException failed) {
            throw new IOException(SystemFailure.reason(failed), failed);
        } catch (IllegalArgumentException failed) {
            throw new IOException("a \\u in it is not followed by four hexadecimal digits", failed);
        }
        return properties;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("it has more than 1 MiB, which no file of settings has");
            }
            return bytes;
        }
    }

    private static String text(byte[] bytes) throws IOException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException failed) {
            throw new IOException(NO_UTF8, failed);
        }
        if (text.indexOf('\0') >= 0) { // UTF-16 without its mark
            throw new IOException(NO_UTF8);
        }
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }
}
