package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The named blocks of docs/consume.md, and how people run them: in a shell, with Node.js where the page tells to install its files. */
final class ConsumePage {
    static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

    /** By the name behind their language. */
    final Map<String, String> blocks = new TreeMap<>();

    private final Path folder;
    private final String bootstrapServers;
    private Path node;
    private String whyNoNode;

    /** @param folder for what the blocks need and print; the caller's */
    ConsumePage(Path folder, String bootstrapServers) throws IOException {
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        var fence = Pattern.compile("^```\\w+ (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
        fence.matcher(Files.readString(REPOSITORY.resolve("docs/consume.md")))
                .results()
                .forEach(block -> blocks.put(block.group(1), block.group(2)));
    }

    static void assumeKcat() {
        assumeTrue(has("kcat"), "there is no kcat; on Debian: apt-get install kcat");
    }

    static boolean has(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
    }

    /** Runs a block of the page to its end. */
    List<String> run(String block) throws Exception {
        try (var process = shell(folder, block, blocks.get(block))) {
            assertThat(process.exitCode()).as("%s: %s", block, process.stderr()).isZero();
            return process.stdout();
        }
    }

    /** Starts a command where the page has its Node.js files installed. */
    JobProcess node(String name, String command) throws Exception {
        return shell(installed(), name, command.startsWith("exec ") ? command : "exec " + command);
    }

    /** The folder that the page tells to make, once for all tests. */
    synchronized Path installed() throws Exception {
        if (node == null) {
            node = Files.createDirectory(folder.resolve("node"));
            whyNoNode = install();
        }
        assumeTrue(whyNoNode == null, whyNoNode);
        return node;
    }

    /** @return why it did not work, null if it did */
    private String install() throws Exception {
        if (!has("node") || !has("npm")) {
            return "there is no Node.js with npm; on Debian: apt-get install nodejs npm";
        }
        try (var version = shell(folder, "version", "node -p 'process.versions.node'")) {
            version.exitCode();
            if (Integer.parseInt(version.stdout().get(0).split("\\.")[0]) < 18) {
                return "Node.js " + version.stdout().get(0) + " is older than 18";
            }
        }
        try (var install = shell(node, "install", blocks.get("node-install"))) {
            if (install.exitCode() != 0) {
                return "npm could not install what docs/consume/package.json names: "
                        + install.stderr().stream().limit(3).collect(Collectors.joining("; "));
            }
        }
        Files.writeString(node.resolve("mine.mjs"), blocks.get("mine.mjs"));
        return null;
    }

    private JobProcess shell(Path where, String name, String command) throws IOException {
        var shell = new ProcessBuilder("sh", "-c", command).directory(where.toFile());
        shell.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        shell.environment().put("SKBSTREAM", REPOSITORY.toString());
        // Without a network npm gives up in time for the tests to be skipped.
        shell.environment().put("npm_config_fetch_retries", "1");
        shell.environment().put("npm_config_fetch_timeout", "60000");
        return new JobProcess(folder, name, shell);
    }
}
