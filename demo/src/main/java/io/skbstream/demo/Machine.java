package io.skbstream.demo;

import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Broker;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine whose packets the demo shows: the agent and the traffic run there, everything else runs here. */
interface Machine {
    /** Starts a broker that this machine reaches, and returns at once. */
    Broker startBroker(Home home, Path folder, JvmFlags flags);

    /** Starts the agent, and returns at once. */
    Agent startAgent(Home home, Path folder, JvmFlags flags, Broker broker);

    /** Starts the traffic, unless it comes with the agent. */
    Traffic startTraffic() throws IOException;

    /** Where the machine is, for the title. */
    String description();

    /** This machine: the agent runs in the running kernel. */
    record This() implements Machine {
        @Override
        public Broker startBroker(Home home, Path folder, JvmFlags flags) {
            return Broker.start(home, folder, flags);
        }

        @Override
        public Agent startAgent(Home home, Path folder, JvmFlags flags, Broker broker) {
            return Agent.start(home, folder, flags, broker.bootstrapServers(), List.of("--hook", "auto"));
        }

        @Override
        public Traffic startTraffic() throws IOException {
            return Datagrams.start();
        }

        @Override
        public String description() {
            try {
                return "Linux "
                        + Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                .strip();
            } catch (IOException e) {
                return "Linux";
            }
        }
    }

    /**
     * A guest with a stock Debian kernel, which QEMU emulates. Its agent reaches the broker by QEMU's user network.
     *
     * @param kernel the guest's name, as {@code vm/run --kernel} takes it
     */
    record Guest(String kernel) implements Machine {
        /** Under this address QEMU's user network reaches 127.0.0.1 here. */
        private static final String HERE = "10.0.2.2";

        @Override
        public Broker startBroker(Home home, Path folder, JvmFlags flags) {
            return Broker.startAlsoAs(HERE, home, folder, flags);
        }

        @Override
        public Agent startAgent(Home home, Path folder, JvmFlags flags, Broker broker) {
            return Agent.startInGuest(kernel, home, folder, flags, broker.otherBootstrapServers());
        }

        @Override
        public Traffic startTraffic() {
            return () -> {}; // the guest pings itself as long as its agent runs
        }

        @Override
        public String description() {
            return "Linux " + kernel + " in a guest";
        }
    }
}
