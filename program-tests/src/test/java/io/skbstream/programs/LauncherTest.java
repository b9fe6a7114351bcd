package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher itself, in a clone that is empty, with a JDK, a Maven and an apt that only say how they are called. */
@Timeout(300)
class LauncherTest {
    private static final String SOME_COMMANDS =
            "awk|bash|cat|chmod|chown|cut|dirname|env|find|flock|grep|head|id|mkdir|paste|ping|readlink"
                    + "|rm|sed|sha256sum|sh|sort|tail|touch|uname|xargs";

    @TempDir
    private Path folder;

    private Path clone;
    private Path bin;
    private Path calls;

    @BeforeEach
    void makeClone() throws IOException {
        clone = Files.createDirectory(folder.resolve("clone"));
        bin = Files.createDirectory(folder.resolve("bin"));
        calls = folder.resolve("calls");
        Files.copy(Programs.CLONE.resolve("skbstream"), clone.resolve("skbstream"));
        for (String source : List.of(
                ".mvn/x",
                "pom.xml",
                "m/pom.xml",
                "m/src/main/x",
                "m/history/x",
                "bpf/compile.sh",
                "producer/src/test/x",
                "demo/src/test/x")) {
            Files.createDirectories(clone.resolve(source).getParent());
            Files.createFile(clone.resolve(source));
        }
        for (String command : SOME_COMMANDS.split("\\|")) {
            Path real = Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                    .map(where -> Path.of(where, command))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            assumeTrue(real != null, "needs the command " + command);
            fake("bin/" + command, "exec " + real + " \"$@\"");
        }
        fake("jdk/bin/javac", "");
        fake(
                "jdk/bin/java",
                "case $1 in -XshowSettings*) echo \"java.home = " + folder.resolve("jdk")
                        + "\"; echo java.specification.version = 17 ;; *) echo java \"$@\" >>" + calls + " ;; esac");
        fake(
                "bin/mvn",
                "echo mvn \"$@\" >>" + calls + "; mkdir -p producer/target && touch producer/target/skbstream.jar");
        fake("bin/clang", "");
        fake("bin/apt-get", "echo apt-get \"$@\" >>" + calls);
        fake("bin/apt-cache", "echo found");
        assumeTrue(Files.exists(Path.of("/usr/include/bpf/bpf_helpers.h")), "needs the headers of libbpf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "trace", "doctor", "audit", "spool", "consumer", "simulate", "bench", "test-chaos"})
    void whatTheJvmItselfSaysGoesToStderr(String command) throws Exception {
        assertThat(launch(command, "--help")).isZero();

        assertThat(called("java"))
                .singleElement()
                .asString()
                .startsWith("java " + String.join(" ", ProgramProcess.outputFlags()) + " ");
    }

    @Test
    void theJvmsFlagsOfAUserComeBesides() throws Exception {
        assertThat(launchWith("SKBSTREAM_JAVA_OPTS=-Xmx1g", "audit")).isZero();

        assertThat(called("java")).singleElement().asString().contains("stderr -Xmx1g -jar");
    }

    @Test
    void aHelpInstallsNothing() throws Exception {
        Files.delete(bin.resolve("ping"));

        assertThat(launch("trace", "--help")).isZero();
        assertThat(called("apt-get")).isEmpty();
        assertThat(called("java")).singleElement().asString().endsWith(" trace --help");
    }

    @Test
    void theHelpOfTestsInstallsNothingAndBuildsNoTests() throws Exception {
        Path jar = clone.resolve("chaos-tests/target/chaos-tests.jar");
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        Files.delete(bin.resolve("clang"));

        assertThat(launch("test-chaos", "--help")).isZero();
        assertThat(called("apt-get")).isEmpty();
        assertThat(called("mvn")).singleElement().asString().contains("-Dmaven.test.skip=true");
        assertThat(called("java")).singleElement().asString().endsWith(" --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace", "demo", "test"})
    void aHelpThatIsNotBuiltYetNamesWhatTheBuildLacks(String command) throws Exception {
        Files.delete(bin.resolve("mvn"));

        assertThat(launch(command, "--help")).isEqualTo(1);
        assertThat(called("apt-get")).isEmpty();
        assertThat(Files.readString(folder.resolve("said")))
                .contains(
                        "this help comes with the build, for which these are missing: maven. Next: ./skbstream build");
    }

    @Test
    void theHelpOfTheBuildBuildsNothing() throws Exception {
        assertThat(launch("build", "--help")).isZero();
        assertThat(called("")).isEmpty();
    }

    private void fake(String name, String script) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int launch(String... arguments) throws Exception {
        return launchWith("NO_COLOR=1", arguments);
    }

    /** Without what is in /usr/bin, but with what is in /usr/sbin, which the launcher adds to PATH by itself. */
    private int launchWith(String variable, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "-i", variable, "HOME=" + folder, "PATH=" + bin));
        command.addAll(List.of("JAVA_HOME=" + folder.resolve("jdk"), "/bin/bash", clone.resolve("skbstream") + ""));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start()
                .waitFor();
    }

    private List<String> called(String command) throws IOException {
        return Files.exists(calls)
                ? Files.readAllLines(calls).stream()
                        .filter(line -> line.startsWith(command))
                        .collect(Collectors.toList())
                : List.of();
    }
}
