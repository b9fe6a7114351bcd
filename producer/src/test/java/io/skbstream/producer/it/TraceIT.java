package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code trace} shows what the ancestor showed: two hits an echo. */
@LiveKernel
@NeedsCommand("ping")
class TraceIT {

    private static final int ECHO_BYTES = 84;

    @TempDir
    private Path folder;

    /** On a busy CPU the kernel leaves a reply to ksoftirqd. */
    private static final String COMM = "(ping|ksoftirqd/\\d+)";

    @Test
    void fivePingsAreTenAlignedLines() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "env", "LC_ALL=C", "ping", "-c5", "-i0.2", "127.0.0.1")) {
            assertThat(trace.exitCode()).isZero();

            List<String> lines = trace.out().lines().toList();
            assertThat(lines).hasSize(11).allSatisfy(line -> assertThat(line)
                    .hasSameSizeAs(lines.get(0))
                    .doesNotContain("\u001b"));
            assertThat(lines.get(0)).startsWith("COMM-TID");
            assertThat(lines.subList(1, 11)).allSatisfy(line -> assertThat(line)
                    .matches(COMM
                            + "-\\d+ +\\[\\d{3}]  \\d\\d:\\d\\d:\\d\\d\\.\\d{6}  \\w+ +lo +0x[0-7][0-9a-f]{15} +84"));
            assertThat(trace.err()).contains("5 packets transmitted, 5 received", "10 hits shown, 0 lost");
        }
    }

    @Test
    void thePacketsThatProveTheHookAreNotShown() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "true")) {
            assertThat(trace.exitCode()).isZero();
            assertThat(trace.out().lines()).hasSize(1);
            assertThat(trace.err()).contains("0 hits shown").doesNotContain("nothing proves");
        }
    }

    @Test
    void jsonLinesCarryTheRecordsFields() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "--json", "--", "ping", "-c2", "-i0.2", "127.0.0.1")) {
            assertThat(trace.exitCode()).isZero();

            List<String> lines = trace.out().lines().toList();
            assertThat(lines).hasSize(4);
            for (String line : lines) {
                JsonNode hit = new ObjectMapper().readTree(line);
                assertThat(hit.get("len").asInt()).isEqualTo(ECHO_BYTES);
                assertThat(hit.get("device").asText()).isEqualTo("lo");
                assertThat(hit.get("comm").asText()).matches(COMM);
                assertThat(hit.get("netns").asLong())
                        .isEqualTo(traffic.namespace().inode());
            }
        }
    }

    @Test
    void theSummarySaysWhatWasBeyondTheRateLimit() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "--rate-limit", "1", "--", "ping", "-q", "-c20", "-i0.01", "127.0.0.1")) {
            assertThat(trace.exitCode()).isZero();
            assertThat(trace.err()).containsPattern(" filtered, [1-9]\\d* beyond the rate limit \\(hook: \\w+\\)");
        }
    }

    @Test
    void itEndsAfterSoManyHitsAndEndsTheCommand() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "--count", "3", "--", "ping", "-q", "-i0.01", "127.0.0.1")) {
            assertThat(trace.exitCode()).isZero();
            assertThat(trace.out().lines()).hasSize(1 + 3);
            assertThat(trace.err()).contains("3 hits shown");
        }
    }

    /** The kernel filters: the numbers of what is shown have no gaps. */
    @Test
    void onlyWhatCameWhileTheNamedTaskRanIsShown() throws Exception {
        String two =
                "cp \"$(command -v ping)\" \"$0/other\"; \"$0/other\" -q -c3 -i0.01 127.0.0.1; ping -q -c3 -i0.01 127.0.0.1";
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "--json", "--comm", "other", "--", "sh", "-c", two, folder.toString())) {
            assertThat(trace.exitCode()).as(trace.err()).isZero();
            Map<Integer, List<Long>> seqs = new TreeMap<>();
            for (String line : trace.out().lines().toList()) {
                JsonNode hit = new ObjectMapper().readTree(line);
                assertThat(hit.get("comm").asText()).isEqualTo("other");
                seqs.computeIfAbsent(hit.get("cpu").asInt(), cpu -> new ArrayList<>())
                        .add(hit.get("seq").asLong());
            }
            assertThat(seqs).isNotEmpty();
            seqs.values().forEach(of -> assertThat(of)
                    .isEqualTo(LongStream.range(0, of.size()).boxed().toList()));
        }
    }

    @Test
    void onlyWhatCameWhileTheNumberedProcessRanIsShown() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var pinging = traffic.namespace()
                        .run(() -> AgentProcess.start(List.of("ping", "-q", "-i0.01", "127.0.0.1")));
                var others = traffic.namespace()
                        .run(() -> AgentProcess.start(List.of("ping", "-q", "-i0.01", "127.0.0.1")));
                var trace = trace(traffic, "--json", "--count", "4", "--pid", Long.toString(pinging.pid()))) {
            assertThat(trace.exitCode()).isZero();
            List<String> lines = trace.out().lines().toList();
            assertThat(lines).hasSize(4);
            for (String line : lines) {
                assertThat(new ObjectMapper().readTree(line).get("pid").asLong())
                        .isEqualTo(pinging.pid());
            }
            assertThat(others.pid()).isNotEqualTo(pinging.pid());
        }
    }

    @Test
    void theCommandsExitCodeIsPassedOn() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var trace = trace(traffic, "sh", "-c", "exit 7")) {
            assertThat(trace.exitCode()).isEqualTo(7);
        }
    }

    /** Everything in the traffic's namespace, where only the command makes packets. */
    private static AgentProcess trace(LoopbackTraffic traffic, String... arguments) {
        Stream<String> options = Stream.of("trace", "--device", "lo", "--netns", "self");
        return traffic.namespace()
                .run(() -> AgentProcess.start(
                        Stream.concat(options, Stream.of(arguments)).toArray(String[]::new)));
    }
}
