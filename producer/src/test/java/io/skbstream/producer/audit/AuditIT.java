package io.skbstream.producer.audit;

import static io.skbstream.producer.audit.Ledgers.log;
import static io.skbstream.producer.audit.Ledgers.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.it.Broker;
import io.skbstream.schemas.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real jar audits the topics of a real broker. */
@ExtendWith(Broker.Resolver.class)
class AuditIT {

    private static final String HOST = Ledgers.HOST;
    private static final long SESSION = Ledgers.SESSION;

    private Broker broker;
    private String topic;
    private String ledgerTopic;
    private Admin admin;
    private KafkaProducer<byte[], byte[]> producer;
    private String err;

    @BeforeEach
    void createTopics(Broker broker, TestInfo test) throws Exception {
        this.broker = broker;
        topic = test.getTestMethod().orElseThrow().getName();
        ledgerTopic = topic + ".ledger";
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(config);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        create(topic, 2);
        create(ledgerTopic, 1);
    }

    @AfterEach
    void close() {
        producer.close();
        admin.close();
    }

    @Test
    void aCompleteSessionIsExitCode0() throws Exception {
        send(0, 0, 1000);
        word(stopped(1000));

        JsonNode report = audit(0);

        assertThat(report.get("host").asText()).isEqualTo(HOST);
        assertThat(report.get("session").asLong()).isEqualTo(SESSION);
        assertThat(report.get("started").asText()).isEqualTo("2026-09-21T14:13:20Z");
        assertThat(report.get("ledger").get("hits").asLong()).isEqualTo(1000);
        assertThat(report.get("verdict").asText()).isEqualTo("COMPLETE");
        assertThat(causes(report)).isEmpty();
    }

    @Test
    void gapsAndDuplicatesAreCountedAndExplainedAsExitCode3() throws Exception {
        send(0, 0, 400);
        send(0, 500, 1000);
        send(1, 990, 1000);
        word(stopped(1000)
                .setRingFull(60)
                .setCaptured(940)
                .setAcked(900)
                .setRejected(40)
                .setRejectedBy(Map.of("RecordTooLargeException", 40L)));

        JsonNode report = audit(3);

        assertThat(report.get("records").asLong()).isEqualTo(910);
        assertThat(report.get("duplicates").asLong()).isEqualTo(10);
        assertThat(report.get("missing").asLong()).isEqualTo(100);
        assertThat(causes(report)).isEqualTo(Map.of("ring_full", 60L, "rejected", 40L));
        assertThat(report.get("ledger")
                        .get("rejected_by")
                        .get("RecordTooLargeException")
                        .asLong())
                .isEqualTo(40);
        assertThat(report.get("verdict").asText()).isEqualTo("LOSS_ACCOUNTED");
    }

    @Test
    void anEventThatNothingAccountsForIsExitCode4() throws Exception {
        send(0, 0, 400);
        send(0, 401, 1000);
        word(stopped(1000));

        JsonNode report = audit(4);

        assertThat(report.get("unexplained").asLong()).isEqualTo(1);
        assertThat(report.get("verdict").asText()).isEqualTo("LOSS_UNEXPLAINED");
    }

    @Test
    void aTopicThatWasDeletedAndMadeAnewAccountsForWhatItHeld() throws Exception {
        String oldId = topicId();
        send(0, 0, 300);
        admin.deleteTopics(List.of(topic)).all().get();
        createAgain();
        send(0, 300, 1000);
        word(stopped(1000).setLogs(List.of(log(oldId, 0, 300, 0, 299), log(topicId(), 0, 700, 0, 699))));

        assertThat(causes(audit(3))).isEqualTo(Map.of("topic_gone", 300L));
    }

    @Test
    void retentionAccountsForWhatItDeletedAndNoMore() throws Exception {
        send(0, 0, 700);
        send(0, 701, 1000);
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(250)))
                .all()
                .get();
        word(stopped(1000).setLogs(List.of(log(topicId(), 0, 1000, 0, 998))));

        JsonNode report = audit(4);

        assertThat(report.get("records").asLong()).isEqualTo(749);
        assertThat(causes(report)).isEqualTo(Map.of("retention", 250L, "unexplained", 1L));
    }

    @Test
    void aCompactedTopicIsNamedAndNotUnexplained() throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), OpType.SET))))
                .all()
                .get();
        send(0, 990, 1000);
        word(stopped(1000).setLogs(List.of(log(topicId(), 0, 1000, 0, 9))));

        assertThat(causes(audit(3))).isEqualTo(Map.of("compacted", 990L));
    }

    @Test
    void ofAKilledSessionTheRestWentWithIt() throws Exception {
        send(0, 0, 950);
        word(stopped(1000).setState(SessionState.RUNNING).setTime(Instant.now().minusSeconds(20)));
        word(stopped(1000).setState(SessionState.KILLED).setAcked(940));

        JsonNode report = audit(3);

        assertThat(report.get("ledger").get("state").asText()).isEqualTo("KILLED");
        assertThat(causes(report)).isEqualTo(Map.of("killed", 50L));
    }

    @Test
    void whatIsUnderWayIsNotYetLost() throws Exception {
        send(0, 0, 990);
        Instant young = Instant.now().plusSeconds(25); // by as much, and 30 s more, the audit may take to start
        word(stopped(1000).setState(SessionState.RUNNING).setTime(young).setAcked(900));

        JsonNode report = audit(0);

        assertThat(causes(report)).isEqualTo(Map.of("under_way", 10L));
        assertThat(report.get("verdict").asText()).isEqualTo("COMPLETE_SO_FAR");
    }

    @Test
    void aKilledAgentThatWasNeverRestartedIsUnsettledAsExitCode5() throws Exception {
        send(0, 0, 950);
        word(stopped(1000)
                .setState(SessionState.RUNNING)
                .setTime(Instant.now().minusSeconds(3600))
                .setAcked(950)
                .setInFlight(30));

        JsonNode report = audit(5);

        assertThat(causes(report)).isEqualTo(Map.of("unsettled", 50L));
        assertThat(report.get("verdict").asText()).isEqualTo("UNSETTLED");
        assertThat(report.get("notes").toString()).contains("at most 50 events went with it", "its next start");
    }

    @Test
    void aSilentAgentIsUnsettledThoughNothingIsMissing() throws Exception {
        send(0, 0, 1000);
        word(stopped(1000).setState(SessionState.RUNNING).setTime(Instant.now().minusSeconds(3600)));

        JsonNode report = audit(5);

        assertThat(report.get("missing").asLong()).isZero();
        assertThat(report.get("verdict").asText()).isEqualTo("UNSETTLED");
        assertThat(report.get("notes").toString()).contains("what came after its last ledger, of ");
    }

    @Test
    void poisonIsNamedAndInNobodysWay() throws Exception {
        producer.send(new ProducerRecord<>(topic, 0, null, "not Avro".getBytes(StandardCharsets.UTF_8)));
        producer.send(new ProducerRecord<>(topic, 0, null, null));
        producer.send(new ProducerRecord<>(ledgerTopic, 0, null, new byte[] {1}));
        producer.send(new ProducerRecord<>(ledgerTopic, 0, HOST.getBytes(StandardCharsets.UTF_8), null));
        send(0, 0, 10);
        word(stopped(10).setLogs(List.of(log(topicId(), 0, 10, 2, 11))));

        JsonNode report = audit(0);

        assertThat(report.get("verdict").asText()).isEqualTo("COMPLETE");
        assertThat(err)
                .contains("unreadable in topic " + topic + ": 2; the first: partition 0, offset 0: ")
                .contains("unreadable in topic " + ledgerTopic + ": 1; the first: partition 0, offset 0: ")
                .contains("neither Avro single-object encoding");
    }

    @Test
    void aLedgerThatCannotBeReadIsASessionThatIsNotProven() throws Exception {
        send(0, 0, 10);
        word(stopped(10).setLogs(List.of(log(topicId(), 0, 10, 0, 9))));
        byte[] ofARegistry = {0, 0, 0, 0, 7, 1};
        producer.send(new ProducerRecord<>(
                        ledgerTopic, 0, "web-2/1790000000000".getBytes(StandardCharsets.UTF_8), ofARegistry))
                .get();

        audit(5);

        assertThat(err).contains("NO ACCOUNT, since ledgers are unreadable in topic " + ledgerTopic + ": 1;");
    }

    @Test
    void peopleReadAlignedColumnsAndTheCausesBelow() throws Exception {
        send(0, 0, 9_000);
        word(stopped(10_000)
                .setHits(12_345)
                .setFiltered(2_345)
                .setCaptured(9_900)
                .setRingFull(100)
                .setAcked(9_000)
                .setRejected(900)
                .setRejectedBy(Map.of("RecordTooLargeException", 900L))
                .setLogs(List.of()));
        send("db-17.example.org", 0, 0, 10);

        try (AgentProcess audit = start()) {
            assertThat(audit.exitCode()).as(audit.err()).isEqualTo(5);
            assertThat(audit.out().lines())
                    .containsExactly(
                            "HOST               SESSION (UTC)            STATE        HITS  LEFT OUT  RECORDS  DISTINCT  DUPLICATES  MISSING  VERDICT",
                            "db-17.example.org  2026-09-21 14:13:20.000  NO LEDGER       -         -       10        10           0        0  NO ACCOUNT",
                            "  note: no ledger: only gaps between its records can be seen, not what the kernel counted; the agent's log says whether Kafka refuses its ledgers",
                            "web-1              2026-09-21 14:13:20.000  STOPPED    12,345     2,345    9,000     9,000           0    1,000  LOSS ACCOUNTED",
                            "           100  ring full     the ring had no room",
                            "           900  rejected      Kafka refused them for good: RecordTooLargeException 900",
                            topic
                                    + ": 2 sessions, 9,010 events, 0 duplicates, 1,000 missing, 0 of them unexplained: NO ACCOUNT");
        }
    }

    @Test
    void hostsAndSessionsCanBeChosen() throws Exception {
        send(0, 0, 10);
        send("web-2", 0, 5, 10);
        word(stopped(10));

        audit(0, "--host", HOST);
        audit(4, "--host", "web-2");
        audit(0, "--session", Long.toString(SESSION), "--host", "web-1");
        audit(0, "--session", "2026-09-21T14:13:20Z", "--host", "web-1");
        refused(
                "NO ACCOUNT: no session was found in topic " + topic + " or topic " + ledgerTopic + " on "
                        + broker.bootstrapServers()
                        + " of host web-3, session 1970-01-01T00:00:00.001Z; there are sessions of web-1, web-2: correct",
                "--host",
                "web-3",
                "--session",
                "1");
        audit(5, "--host", "web-3,web-1");
        assertThat(err).contains("NO ACCOUNT: no session was found of host web-3; correct --host");
    }

    @Test
    void whatCannotBeAuditedIsExitCode1() throws Exception {
        refused("NO ACCOUNT: no session was found in topic " + topic + " or topic " + ledgerTopic + " on "
                + broker.bootstrapServers() + "; start an agent that writes there");
        refused("there is no topic no-such-topic on " + broker.bootstrapServers(), "--topic", "no-such-topic");
        refused("there is no topic no-such-ledger on ", "--ledger-topic", "no-such-ledger");
        refused("no Kafka broker answers at 127.0.0.1:9: start it", "--bootstrap-servers", "127.0.0.1:9");
    }

    private void refused(String told, String... options) throws Exception {
        try (AgentProcess audit = start(options)) {
            assertThat(audit.exitCode()).isEqualTo(1);
            assertThat(audit.err().lines().filter(line -> line.startsWith("skbstream audit: ")))
                    .singleElement()
                    .asString()
                    .startsWith("skbstream audit: " + told);
            assertThat(audit.out()).isEmpty();
        }
    }

    /** The one session's line of JSON. */
    private JsonNode audit(int exitCode, String... options) throws Exception {
        try (AgentProcess audit =
                start(Stream.concat(Stream.of("--json"), Stream.of(options)).toArray(String[]::new))) {
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(exitCode);
            err = audit.err();
            List<String> lines = audit.out().lines().toList();
            assertThat(lines).hasSize(1);
            return new ObjectMapper().readTree(lines.get(0));
        }
    }

    /** Audits this test's topics, unless the options say otherwise. */
    private AgentProcess start(String... options) throws Exception {
        producer.flush();
        List<String> arguments = new ArrayList<>(List.of("audit"));
        List<String> given = List.of(options);
        Map.of("--bootstrap-servers", broker.bootstrapServers(), "--topic", topic, "--ledger-topic", ledgerTopic)
                .forEach((option, value) -> {
                    if (!given.contains(option)) {
                        arguments.addAll(List.of(option, value));
                    }
                });
        arguments.addAll(given);
        return AgentProcess.start(arguments.toArray(String[]::new));
    }

    private static Map<String, Long> causes(JsonNode report) {
        return new ObjectMapper().convertValue(report.get("causes"), new TypeReference<>() {});
    }

    private void create(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get();
    }

    /** A deletion takes a moment. */
    private void createAgain() throws Exception {
        long endNs = System.nanoTime() + AgentProcess.PATIENCE.toNanos();
        while (true) {
            try {
                create(topic, 2);
                break;
            } catch (ExecutionException stillThere) {
                assertThat(System.nanoTime() - endNs).as(stillThere.toString()).isNegative();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        producer.close(); // whose sequence numbers belong to the old log
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private String topicId() throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .topicId()
                .toString();
    }

    /** Sends these numbers of CPU 0 to a partition. */
    private void send(int partition, long from, long to) {
        send(HOST, partition, from, to);
    }

    private void send(String host, int partition, long from, long to) {
        byte[] key = host.getBytes(StandardCharsets.UTF_8);
        LongStream.range(from, to)
                .forEach(seq -> producer.send(new ProducerRecord<>(topic, partition, key, bytes(event(host, seq)))));
        producer.flush();
    }

    /** Writes a ledger; its acknowledgements are of partition 0 of this test's topic, unless it names others. */
    private void word(AgentLedger.Builder ledger) throws Exception {
        ledger.setTopic(topic);
        if (ledger.getLogs().stream().anyMatch(log -> log.getTopicId().equals(Ledgers.TOPIC_ID))) {
            ledger.setLogs(List.of(log(topicId(), 0, ledger.getAcked(), 0, 1)));
        }
        byte[] key = (HOST + "/" + SESSION).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(ledgerTopic, 0, key, bytes(ledger.build())));
    }

    private static byte[] bytes(SpecificRecord record) {
        return new AvroSerializer<>().serialize("", record);
    }

    private static NetifReceive event(String host, long seq) {
        return NetifReceive.newBuilder()
                .setHost(host)
                .setSession(SESSION)
                .setCpu(0)
                .setSeq(seq)
                .setTimestamp(Instant.ofEpochMilli(SESSION))
                .setHook(Hook.KPROBE)
                .setDevice("lo")
                .setIfindex(1)
                .setNetns(4026531833L)
                .setSkb(0)
                .setLen(84)
                .setPid(1)
                .setTid(1)
                .setComm("ping")
                .setProtocol(0x0800)
                .build();
    }
}
