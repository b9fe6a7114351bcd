package io.skbstream.chaos.run;

import io.skbstream.chaos.kafka.BrokerAdmin;
import io.skbstream.chaos.process.BrokerProcess;
import io.skbstream.chaos.process.ClockLibrary;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.process.MountNamespace;
import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Proxy;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all runs share: one broker, the proxy before it, a mount namespace, a folder for everything. Used by the thread that
 * opened it, to which the processes are tied.
 */
public final class Lab implements AutoCloseable {

    private final Path folder;
    private final Jars jars;
    private final MountNamespace mounts;
    private final Proxy proxy;
    private final BrokerProcess broker;
    private final BrokerAdmin admin;
    private ClockLibrary clockLibrary;

    private Lab(Path folder, Jars jars, MountNamespace mounts, Proxy proxy, BrokerProcess broker) {
        this.folder = folder;
        this.jars = jars;
        this.mounts = mounts;
        this.proxy = proxy;
        this.broker = broker;
        this.admin = new BrokerAdmin(broker.bootstrapServers());
    }

    /**
     * Starts all of it.
     *
     * @param folder an empty one, which somebody else removes
     */
    public static Lab open(Path home, Path folder) throws IOException, InterruptedException {
        Jars jars = new Jars(home, Files.createDirectory(folder.resolve("classes")));
        int scramPort = FreePorts.next();
        Proxy proxy = new Proxy(FreePorts.next(), scramPort);
        BrokerProcess broker = BrokerProcess.alone(jars, folder, FreePorts.next(), scramPort, proxy.port());
        Lab lab = new Lab(folder, jars, MountNamespace.create(folder), proxy, broker);
        try {
            broker.start();
            broker.stop(); // in order, for the archive of its classes
            broker.start();
            return lab;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    Path folder() {
        return folder;
    }

    Jars jars() {
        return jars;
    }

    MountNamespace mounts() {
        return mounts;
    }

    Proxy proxy() {
        return proxy;
    }

    BrokerProcess broker() {
        return broker;
    }

    BrokerAdmin admin() {
        return admin;
    }

    /** Compiled when it is first asked for. */
    ClockLibrary clockLibrary() throws IOException, InterruptedException {
        if (clockLibrary == null) {
            clockLibrary = ClockLibrary.compile(folder);
        }
        return clockLibrary;
    }

    /** After a run that failed in the middle of something: a network and a broker as if nothing had been. */
    void restore() throws IOException, InterruptedException {
        proxy.conduct(Conduct.PASS);
        broker.close();
        broker.start();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        broker.close();
        mounts.close();
    }
}
