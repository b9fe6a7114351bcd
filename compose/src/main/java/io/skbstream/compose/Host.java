package io.skbstream.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.NetifReceive;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One of the three hosts that compose.yaml plays, with the size of the datagrams that only its traffic maker sends. */
enum Host {
    A("host-a", "traffic-a", 100),
    B("host-b", "traffic-b", 400),
    C("host-c", "traffic-c", 1200);

    private static final int IP_AND_UDP_HEADER = 28;
    private static final Pattern FIRST_WORD = Pattern.compile("sending \\d+ datagrams");
    private static final Pattern LAST_WORD = Pattern.compile("sent (\\d+) datagrams of (\\d+) bytes");

    private final String service;
    private final String traffic;
    private final int datagramBytes;

    Host(String service, String traffic, int datagramBytes) {
        this.service = service;
        this.traffic = traffic;
        this.datagramBytes = datagramBytes;
    }

    /** The agent's service, and its name in the records. */
    String service() {
        return service;
    }

    /** The traffic maker's service. */
    String traffic() {
        return traffic;
    }

    /** How many of the traffic maker's datagrams are among events, each once; what else is on lo, as questions to Docker's name server, has other sizes. */
    long received(List<ConsumerRecord<String, NetifReceive>> events) {
        return events.stream()
                .map(ConsumerRecord::value)
                .filter(event -> event.getHost().equals(service) && event.getLen() == datagramBytes + IP_AND_UDP_HEADER)
                .map(event -> List.of(event.getSession(), event.getCpu(), event.getSeq()))
                .distinct()
                .count();
    }

    /**
     * How many datagrams its traffic maker says it sent, over all its lives.
     *
     * @throws AssertionError if a life did not end in order, so that nobody knows
     */
    long sent(Stack stack) {
        String log = stack.compose("logs", "--no-log-prefix", traffic);
        List<MatchResult> lives = LAST_WORD.matcher(log).results().toList();
        assertThat(lives)
                .as(log)
                .hasSameSizeAs(FIRST_WORD.matcher(log).results().toList())
                .allSatisfy(life -> assertThat(life.group(2)).isEqualTo(Integer.toString(datagramBytes)));
        return lives.stream().mapToLong(life -> Long.parseLong(life.group(1))).sum();
    }
}
