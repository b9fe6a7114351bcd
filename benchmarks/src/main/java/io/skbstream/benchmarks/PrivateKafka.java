package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Broker;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;

/** A Kafka of the benchmark's own, and the folder for what its parts write. Both are gone in the end. */
final class PrivateKafka implements AutoCloseable {
    private static final JvmFlags FLAGS = JvmFlags.of("-Xmx1g", "-XX:-UsePerfData");

    private final ScratchFolder folder;
    private final Broker broker;

    private PrivateKafka(ScratchFolder folder, Broker broker) {
        this.folder = folder;
        this.broker = broker;
    }

    /**
     * Returns once it takes requests.
     *
     * @throws PartException if it did not start, or a signal asked for the end
     */
    static PrivateKafka start(Home home, StopSignal stop) throws IOException, InterruptedException {
        var folder = ScratchFolder.create();
        var kafka = new PrivateKafka(folder, Broker.start(home, folder.path(), FLAGS));
        try {
            if (!kafka.broker.awaitReady(stop)) {
                throw stopped();
            }
            return kafka;
        } catch (RuntimeException | InterruptedException e) {
            kafka.close();
            throw e;
        }
    }

    /** What to throw when a signal asked for the end. */
    static PartException stopped() {
        return new PartException("stopped before all was measured");
    }

    Path folder() {
        return folder.path();
    }

    String servers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() throws IOException {
        broker.close();
        folder.close();
    }
}
