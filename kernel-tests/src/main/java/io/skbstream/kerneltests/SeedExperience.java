package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel's tracex1 sample once showed, by a kprobe: five echoes over {@code lo} are ten hits. */
@Tag("stock")
@Order(1)
class SeedExperience {

    private static final Pattern HIT = Pattern.compile(
            "^(?<comm>\\S+)-\\d+ +\\[\\d+\\]  (?<time>\\S+)  kprobe +lo +0x[0-9a-f]{16} +(?<len>\\d+)$",
            Pattern.MULTILINE);

    @Test
    void fivePingsAreTenHitsTwoForEachEcho() {
        Command trace = Guest.skbstream("trace", "--device", "lo", "--", "ping", "-c5", "localhost");
        Guest.keep("00-trace", "The kprobe at work", trace);
        List<MatchResult> hits = HIT.matcher(trace.output()).results().toList();

        assertThat(trace.exitCode()).as(trace.output()).isZero();
        assertThat(hits).extracting(MatchResult::group).as(trace.output()).hasSize(10);
        assertThat(hits).allSatisfy(hit -> {
            assertThat(hit.group(1)).matches("ping|swapper/\\d+|ksoftirqd/\\d+");
            assertThat(hit.group(3)).isEqualTo("84");
        });
        assertThat(sizesOfGroups(hits)).as(trace.output()).containsExactly(2, 2, 2, 2, 2);
    }

    /** Hits within half a second belong to one echo: ping waits a second between two. */
    private static List<Integer> sizesOfGroups(List<MatchResult> hits) {
        List<Integer> sizes = new ArrayList<>();
        LocalTime first = null;
        for (MatchResult hit : hits) {
            LocalTime time = LocalTime.parse(hit.group(2));
            if (first == null || Duration.between(first, time).abs().toMillis() > 500) {
                first = time;
                sizes.add(0);
            }
            sizes.set(sizes.size() - 1, sizes.get(sizes.size() - 1) + 1);
        }
        return sizes;
    }
}
