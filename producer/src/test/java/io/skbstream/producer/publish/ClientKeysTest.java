package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files are taken, and that they are read again. */
class ClientKeysTest {

    private static final int NOBODY = 65_534;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(folder.resolve("file"), "linger.ms=7\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ssl.keystore.location, rw-------, ",
        "ssl.keystore.location, r--------, ",
        "ssl.keystore.location, rw-r--r--, mode 0644 (rw-r--r--)| can read it| chmod 600 ",
        "ssl.keystore.location, rw--w----, mode 0620 (rw--w----)| can change it| chmod 600 ",
        "ssl.keystore.location, rw-----w-, can change it",
        "sasl.oauthbearer.assertion.private.key.file, rw----r--, can read it",
        "ssl.truststore.location, rw-r--r--, ",
        "ssl.truststore.location, rw-rw-r--, mode 0664| can change it| chmod go-w ",
        "ssl.truststore.location, rw----rw-, can change it",
    })
    void aFileIsTakenOnlyWithAFittingMode(String key, String mode, String complaint) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        var keys = new ClientKeys(Optional.empty(), Map.of(key, file.toString()));

        if (complaint == null) {
            assertThatCode(keys::read).doesNotThrowAnyException();
        } else {
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(keys::read)
                    .withMessageStartingWith(key + " " + file)
                    .satisfies(refused -> assertThat(refused.getMessage()).contains(complaint.split("\\| ")));
        }
    }

    @Test
    void theGroupMayReadWhatIsOfRootAndNothingElse() throws IOException {
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "needs to run as root, whose file it is");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        var keys = new ClientKeys(Optional.empty(), Map.of("ssl.keystore.location", file.toString()));
        keys.read();

        giveToNobody();
        assertThatExceptionOfType(AgentException.class).isThrownBy(keys::read).withMessageContaining("mode 0640");
    }

    private void giveToNobody() throws IOException {
        try {
            Files.setAttribute(file, "unix:uid", NOBODY);
        } catch (FileSystemException refused) { // the capability, or in a user namespace the user, is not there
            abort("needs CAP_CHOWN to give a file to user nobody");
        }
    }

    @Test
    void ofALinkTheFileThatItLeadsToCounts() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        var keys = new ClientKeys(Optional.empty(), Map.of("ssl.keystore.location", link.toString()));

        assertThatExceptionOfType(AgentException.class).isThrownBy(keys::read).withMessageContaining("mode 0644");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        keys.read();
    }

    @Test
    void aFileThatIsNotThereOrIsNoneIsNamed() {
        for (Path wrong : new Path[] {folder.resolve("none"), folder}) {
            var keys = new ClientKeys(Optional.empty(), Map.of("ssl.truststore.location", wrong.toString()));
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(keys::read)
                    .withMessageStartingWith("ssl.truststore.location " + wrong);
        }
    }

    @Test
    void whatChangesInTheFileIsReadAgainAndWhatIsGivenBesideItWins() throws IOException {
        var keys = new ClientKeys(Optional.of(file), Map.of("acks", "all"));
        assertThat(keys.read()).isEqualTo(Map.of("linger.ms", "7", "acks", "all"));

        Files.writeString(file, "linger.ms=8\nacks=1\n");
        assertThat(keys.read()).isEqualTo(Map.of("linger.ms", "8", "acks", "all"));
    }

    @Test
    void blanksAroundAValueDoNotCount() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var keys = new ClientKeys(Optional.of(file), Map.of());

        Files.writeString(file, "security.protocol=SSL \nacks = all\t\n");
        assertThat(keys.read()).isEqualTo(Map.of("security.protocol", "SSL", "acks", "all"));

        Files.writeString(file, "ssl.keystore.location=" + file + " \n");
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(keys::read)
                .withMessageStartingWith("ssl.keystore.location " + file + " has mode 0644");
    }

    @Test
    void aConfigFileIsToBeOfItsOwnerAloneOnlyIfItHoldsSecrets() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var keys = new ClientKeys(Optional.of(file), Map.of());
        keys.read();

        for (String secret :
                new String[] {"sasl.jaas.config=x\n", "schema.registry.url=http://a:8081,http://bob:pw@b:8081\n"}) {
            Files.writeString(file, secret);
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(keys::read)
                    .withMessageStartingWith("--kafka-config " + file + " has mode 0644");
        }
    }

    @Test
    void whatTheEnvironmentSaysIsWeakestAndNotExposed() throws IOException {
        var environment = Map.of("schema.registry.url", "http://bob:pw@a", "linger.ms", "1", "acks", "1");
        var keys = new ClientKeys(environment, Optional.of(file), Map.of("acks", "all"));

        assertThat(keys.read())
                .isEqualTo(Map.of("schema.registry.url", "http://bob:pw@a", "linger.ms", "7", "acks", "all"));
        assertThat(keys.exposed()).isEmpty();
        assertThat(keys.toString()).doesNotContain("pw");
    }
}
