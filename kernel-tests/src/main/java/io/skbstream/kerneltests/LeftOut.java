package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.Broker;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left out on request, at each hook: the verifier sees those instructions only when they are asked for. */
@Tag("stock")
@Order(5) // its broker's traffic over lo would disturb those before
@ExtendWith(Broker.Resolver.class)
class LeftOut {

    private static final Pattern SUMMARY =
            Pattern.compile("([\\d,]+) hits shown, .* ([\\d,]+) beyond the rate limit \\(hook: (\\w+)\\)");

    /** Two hits an echo, half of them sampled out. */
    private static final int ECHOES = 40;

    static Stream<String> hooks() {
        return Stream.of("kprobe", "fentry", "tracepoint")
                .filter(hook -> !hook.equals("fentry") || Guest.hasTrampolines());
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void theTrafficOfABrokerOnThisHost(String hook, Broker broker) {
        Command doctor = Guest.skbstream(
                Guest.patiently("doctor", "--hook", hook, "--bootstrap-servers", broker.bootstrapServers()));

        assertThat(doctor.output())
                .contains("would use " + hook)
                .containsPattern("OK    own traffic   .* on this host: .* [1-9]\\d* packets of port \\d+ made no event,"
                        + " and ([1-9]\\d*) of port \\d+ made \\1\\R");
        assertThat(doctor.exitCode()).isZero();
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void hitsBeyondTheRateLimit(String hook) {
        String options = "trace --hook %s --device lo --netns self --min-len 60 --exclude-ports 9092,9093 --sample 1/2"
                + " --rate-limit 1 -- ping -q -c%d -i0.05 127.0.0.1";
        Command trace = Guest.skbstream(options.formatted(hook, ECHOES).split(" "));
        Matcher summary = SUMMARY.matcher(trace.output());

        assertThat(summary.find()).as(trace.output()).isTrue();
        assertThat(summary.group(3)).isEqualTo(hook);
        assertThat(Integer.parseInt(summary.group(1))).isBetween(1, ECHOES / 2);
        assertThat(Integer.parseInt(summary.group(2))).isPositive();
        assertThat(trace.exitCode()).isZero();
    }
}
