package io.skbstream.demo.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmFlagsTest {
    @TempDir
    private Path target;

    private Path jar;
    private Path archive;

    @BeforeEach
    void aJar() throws IOException {
        jar = Files.createFile(target.resolve("part.jar"));
        archive = target.resolve("part-" + Runtime.version() + ".jsa");
    }

    @Test
    void theFirstRunArchivesItsClasses() {
        assertThat(JvmFlags.brief().forJar(jar.toString())).contains("-XX:ArchiveClassesAtExit=" + archive);
    }

    @Test
    void aLaterRunUsesThem() throws IOException {
        writtenAfterTheJar(Files.createFile(archive));

        assertThat(JvmFlags.brief().forJar(jar.toString())).contains("-XX:SharedArchiveFile=" + archive);
    }

    @Test
    void aRebuiltJarIsArchivedAnew() throws IOException {
        Files.createFile(archive);
        writtenAfterTheJar(jar);

        assertThat(JvmFlags.brief().forJar(jar.toString())).contains("-XX:ArchiveClassesAtExit=" + archive);
    }

    @Test
    void givenFlagsAreTakenAsTheyAre() {
        assertThat(JvmFlags.of("-Xmx64m").forJar(jar.toString())).containsExactly("-Xmx64m");
    }

    private void writtenAfterTheJar(Path file) throws IOException {
        long laterMs = Files.getLastModifiedTime(jar).toMillis() + 10_000;
        Files.setLastModifiedTime(file, FileTime.fromMillis(laterMs));
    }
}
