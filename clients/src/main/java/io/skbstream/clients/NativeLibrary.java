package io.skbstream.clients;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * The start of native libraries that come in our jars (jffi, zstd-jni, lz4-java, snappy-java). Each unpacks itself into a folder when its first
 * class is used, and fails with an error of its own kind if it cannot.
 */
public final class NativeLibrary {

    /** Version of Kafka's record batches since 0.11. */
    private static final byte MAGIC = 2;

    private static final String FOLDER = System.getProperty("java.io.tmpdir");
    private static final long ENOUGH_BYTES = 4 << 20;
    private static final int BUFFER_BYTES = 512;
    private static final Pattern FILE = Pattern.compile("/lib(\\w+)\\.so");

    private NativeLibrary() {}

    /**
     * Starts one.
     *
     * @param name as in "the native library of zstd"
     * @param start uses it for the first time
     * @throws NativeLibraryException if it cannot be started, with what mends it
     */
    public static <T> T start(String name, Supplier<T> start) {
        try {
            return start.get();
        } catch (LinkageError | Exception failed) {
            throw failure(name, failed);
        } catch (Error failed) {
            if (isOfSnappy(failed)) {
                throw failure(name, failed);
            }
            throw failed;
        }
    }

    /**
     * Starts the one that a compression of Kafka's clients needs, if it needs one.
     *
     * @param compression as {@code compression.type} has it
     */
    public static void startFor(String compression) {
        start(compression, () -> {
            try (OutputStream out = Compression.of(compression)
                    .build()
                    .wrapForOutput(new ByteBufferOutputStream(BUFFER_BYTES), MAGIC)) {
                out.write(0);
                return true;
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        });
    }

    /** The same sentence, if that is what made something else fail, as a record that is compressed by one; else empty. */
    public static Optional<String> explain(Throwable failure) {
        return SystemFailure.causes(failure)
                .flatMap(cause -> explained(cause).stream())
                .findFirst();
    }

    private static Optional<String> explained(Throwable cause) {
        if (cause instanceof NativeLibraryException) {
            return Optional.of(cause.getMessage());
        }
        return cause instanceof LinkageError || isOfSnappy(cause)
                ? Optional.of(failure(nameIn(cause), cause).getMessage())
                : Optional.empty();
    }

    private static NativeLibraryException failure(String name, Throwable failed) {
        SystemFailure limit = SystemFailure.of(root(failed));
        if (limit.isLimit()) {
            return new NativeLibraryException(
                    "cannot start the native library of " + name + ": " + root(failed), limit.remedy(), failed);
        }
        return new NativeLibraryException(
                "cannot start the native library of " + name + ": it is unpacked into " + FOLDER + ", "
                        + whyNoFolder().orElseGet(() -> "and then " + root(failed)),
                "name a folder that can be written to and is not mounted noexec with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER",
                failed);
    }

    /** What is wrong with the folder that they unpack themselves into; empty if nothing is known. */
    static Optional<String> whyNoFolder() {
        Path folder = Path.of(FOLDER);
        if (!Files.isDirectory(folder)) {
            return Optional.of("which is not there");
        }
        if (!Files.isWritable(folder)) {
            return Optional.of("which cannot be written to");
        }
        boolean isOnDisk = folder.toFile().getTotalSpace() > 0; // /proc has no size
        return isOnDisk && folder.toFile().getUsableSpace() < ENOUGH_BYTES
                ? Optional.of("where the disk is full")
                : Optional.empty();
    }

    /** It throws an error that is none of the JVM's. */
    private static boolean isOfSnappy(Throwable failure) {
        return failure.getClass().getName().startsWith("org.xerial.snappy.");
    }

    private static String nameIn(Throwable failure) {
        String text = trace(failure);
        if (text.contains("zstd")) {
            return "zstd";
        }
        if (text.contains("snappy")) {
            return "snappy";
        }
        Matcher file = FILE.matcher(text);
        return text.contains("jffi") ? "jffi" : file.find() ? file.group(1) : "a compression";
    }

    private static String trace(Throwable failure) {
        var text = new StringBuilder(failure.toString());
        for (StackTraceElement frame : failure.getStackTrace()) {
            text.append(frame.getClassName());
        }
        return text.toString();
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String words = root.getMessage() == null ? root.toString() : root.getMessage();
        // jffi puts whole stack traces into its messages, and JNI the path twice.
        return words.lines().findFirst().orElse(words).strip();
    }
}
