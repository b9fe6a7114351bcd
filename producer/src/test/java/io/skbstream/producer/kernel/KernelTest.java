package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the kernel that runs the test, by other means. */
class KernelTest {

    private final Kernel kernel = Kernel.running();

    @Test
    void theReleaseIsTheOneThatJavaKnows() {
        assertThat(kernel.release()).isEqualTo(System.getProperty("os.version"));
    }

    @Test
    void aReleaseIsAtLeastItselfAndWhatCameBefore() {
        String[] running = System.getProperty("os.version").split("\\D+");
        int major = Integer.parseInt(running[0]);
        int minor = Integer.parseInt(running[1]);

        assertThat(kernel.isAtLeast(major, minor)).isTrue();
        assertThat(kernel.isAtLeast(major - 1, minor + 1)).isTrue();
        assertThat(kernel.isAtLeast(major, minor + 1)).isFalse();
        assertThat(kernel.isAtLeast(major + 1, 0)).isFalse();
    }

    @Test
    void theHostNameIsThatOfUname() throws IOException {
        try (var uname = new ProcessBuilder("uname", "-n").start().inputReader()) {
            assertThat(kernel.hostName()).isEqualTo(uname.readLine());
        }
    }

    @Test
    void everyDeviceWithAnAddressIsAmongTheDevices() throws IOException {
        List<String> expected = withAnAddress();
        List<String> devices = kernel.devices();
        expected.retainAll(withAnAddress()); // those that did not go meanwhile

        assertThat(devices).isSorted().doesNotHaveDuplicates().containsAll(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "(none)\n", "h\u00f6st\n"})
    void aHostWhoseNameIsMissingOrNoTextIsRefusedWithWhatToDo(String name, @TempDir Path root) throws IOException {
        Path file = root.resolve("proc/sys/kernel/hostname");
        Files.createDirectories(file.getParent());
        Files.writeString(file, name, StandardCharsets.ISO_8859_1);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> new Kernel(root).hostName())
                .withMessageMatching(
                        "(this host has no name|the name of this host is not UTF-8 text); give the name with"
                                + " --host, or set it \\(hostnamectl set-hostname NAME\\)");
    }

    @Test
    void aDeviceWhoseNameIsNoTextIsListedAllTheSame(@TempDir Path root) throws IOException {
        Path file = root.resolve("proc/net/dev");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a\nb\n    lo: 1\n  h\u00f6: 2\n", StandardCharsets.ISO_8859_1);

        assertThat(new Kernel(root).devices()).containsExactly("h\ufffd", "lo");
    }

    @Test
    void aFileThatIsMissingHasTheRemedyThatFits(@TempDir Path root) throws IOException {
        Kernel empty = new Kernel(root);
        refused(empty::release, "/proc/sys/kernel/osrelease: no such file; mount /proc (mount -t proc proc /proc)");
        refused(empty::devices, "/proc/net/dev: no such file; mount /proc (mount -t proc proc /proc)");
        refused(empty::cpus, "/sys/devices/system/cpu/possible: no such file; mount /sys (mount -t sysfs sysfs /sys)");

        Files.createDirectories(root.resolve("proc/self"));
        Files.createDirectories(root.resolve("sys/devices"));
        refused(empty::release, "/proc/sys/kernel/osrelease: no such file; see what hides it (findmnt -R /proc)");
        refused(empty::cpus, "/sys/devices/system/cpu/possible: no such file; see what hides it (findmnt -R /sys)");
    }

    private static void refused(ThrowingCallable read, String words) {
        assertThatExceptionOfType(AgentException.class).isThrownBy(read).withMessage("cannot read " + words);
    }

    private static List<String> withAnAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .map(NetworkInterface::getName)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
