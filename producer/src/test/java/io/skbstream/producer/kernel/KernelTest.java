package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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

    private static List<String> withAnAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .map(NetworkInterface::getName)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
