package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemFailureTest {
    private static final String ELSEWHERE = "name another file";
    private static final String FEW_FILES =
            "Too many open files; raise this process's limit (ulimit -n 1024, or LimitNOFILE=1024 of a systemd unit)";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Too many open files           | TOO_MANY_FILES           | raise this process's limit (ulimit -n 1024, or LimitNOFILE=1024 of a systemd unit)
            Too many open files in system | TOO_MANY_FILES_IN_SYSTEM | raise the system's limit (sysctl fs.file-max)
            No space left on device       | NO_SPACE                 | make room there, or name another file
            Disk quota exceeded           | QUOTA                    | raise the quota, or make room within it, or name another file
            Read-only file system         | READ_ONLY                | mount it so that it can be written (mount -o remount,rw), or name another file
            Operation not permitted       | DENIED                   | give this user the right to it, or name another file
            Input/output error            | BROKEN                   | see to the disk (dmesg says more), or name another file
            Not a directory               | NO_FOLDER                | name another file
            """)
    void eachErrnoHasItsOwnRemedy(String words, SystemFailure kind, String remedy) {
        FileSystemException ofNio = new FileSystemException("/some/file", null, words);
        FileNotFoundException ofIo = new FileNotFoundException("/some/file (in it) (" + words + ")");

        assertThat(SystemFailure.of(ofNio)).isEqualTo(SystemFailure.of(ofIo)).isEqualTo(kind);
        assertThat(SystemFailure.inWords(ofNio, ELSEWHERE))
                .isEqualTo(SystemFailure.inWords(ofIo, ELSEWHERE))
                .isEqualTo(words + "; " + remedy);
    }

    @Test
    void whatIsNotKnownHasNoRemedy() {
        IOException strange = new IOException("Der Datenträger ist voll");

        assertThat(SystemFailure.of(strange)).isEqualTo(SystemFailure.OTHER);
        assertThat(SystemFailure.inWords(strange, ELSEWHERE)).isEqualTo("Der Datenträger ist voll");
    }

    @Test
    void typesCountInEveryLanguage() {
        assertThat(SystemFailure.inWords(new AccessDeniedException("/some/file"), ELSEWHERE))
                .isEqualTo("permission denied; give this user the right to it, or name another file");
        assertThat(SystemFailure.inWords(new FileAlreadyExistsException("/some/file"), ELSEWHERE))
                .isEqualTo("it is no folder; name another file");
        IOException missing = catchThrowableOfType(
                IOException.class, () -> Files.readString(folder.resolve("No space left on device")));
        assertThat(SystemFailure.inWords(missing, ELSEWHERE)).isEqualTo("no such file; name another file");
    }

    @Test
    void aProgramThatCannotBeStartedIsToldByTheNumber() {
        IOException missing =
                catchThrowableOfType(IOException.class, () -> new ProcessBuilder("/no/such/program").start());
        IOException ofLimit =
                new IOException("Cannot run program \"x\" (in directory \"/\"): error=24, Zu viele Dateien");

        assertThat(SystemFailure.of(missing)).isEqualTo(SystemFailure.MISSING);
        assertThat(SystemFailure.of(ofLimit)).isEqualTo(SystemFailure.TOO_MANY_FILES);
        assertThat(SystemFailure.inWords(ofLimit)).startsWith("Zu viele Dateien; raise this process's limit");
    }

    @Test
    void theCauseCountsAndNotWhatIsWrappedAroundIt() {
        var ofKafka =
                new KafkaException("Failed to construct kafka consumer", new SocketException("Too many open files"));

        assertThat(SystemFailure.of(ofKafka).isLimit()).isTrue();
        assertThat(SystemFailure.explain(ofKafka)).contains(FEW_FILES);
        assertThat(SystemFailure.explain(new UncheckedIOException(new AccessDeniedException("/some/file"))))
                .contains("/some/file: permission denied; give this user the right to it");
        assertThat(SystemFailure.explain(new IllegalStateException("Too many open files")))
                .isEmpty();
    }

    @Test
    void nobodyListensWhereSomebodyDoes() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
            BindException refused = catchThrowableOfType(
                    BindException.class, () -> new ServerSocket(address.getPort(), 1, address.getAddress()).close());

            assertThat(SystemFailure.ofListening(address, refused))
                    .contains("; choose another port, or end what listens");
            assertThat(SystemFailure.ofListening(address, new SocketException("Too many open files")))
                    .isEqualTo(FEW_FILES);
            assertThat(SystemFailure.ofListening(new InetSocketAddress("192.0.2.1", 9464), refused))
                    .contains("none of this host's");
            assertThat(SystemFailure.ofListening(
                            new InetSocketAddress("127.0.0.1", 80), new BindException("Permission denied")))
                    .contains("; choose a port from 1024 on");
        }
    }
}
