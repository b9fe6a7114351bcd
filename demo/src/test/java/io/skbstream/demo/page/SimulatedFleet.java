package io.skbstream.demo.page;

import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hosts that send until they are stopped, with nothing the matter but what options ask for. */
public final class SimulatedFleet {
    private static final Map<String, String> HEALTHY = Map.of(
            "--partitions", "4",
            "--duration", "2h",
            "--loss", "0",
            "--restarts", "0",
            "--duplicates", "0",
            "--late", "0",
            "--skew", "0s");

    private SimulatedFleet() {}

    /**
     * @param folder gets a folder with the fleet's name
     * @param name of the fleet; its hosts are called this, a hyphen and a number
     * @param options of the simulator, and their values
     */
    public static Simulator start(
            Home home, Path folder, String servers, String name, int hosts, Map<String, String> options)
            throws IOException {
        Map<String, String> all = new TreeMap<>(HEALTHY);
        all.put("--host-prefix", name + '-');
        all.put("--hosts", Integer.toString(hosts));
        all.putAll(options);
        List<String> flat = new ArrayList<>();
        all.forEach((option, value) -> flat.addAll(List.of(option, value)));
        return Simulator.start(home, Files.createDirectory(folder.resolve(name)), servers, flat);
    }
}
