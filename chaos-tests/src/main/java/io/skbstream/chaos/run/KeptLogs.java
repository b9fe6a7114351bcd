package io.skbstream.chaos.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** The output of the processes of a failed run, which outlives its folder. */
public final class KeptLogs {

    private KeptLogs() {}

    /** Copies the files of a folder, its subfolders left out. */
    public static void copy(Path folder, Path kept) throws IOException {
        Files.createDirectories(kept);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
