package io.skbstream.simulator;

import io.skbstream.clients.AdvertisedBrokers;
import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.PlainPeer;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka that the records go to. One thread. */
final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final int FIRST_CONTACT_MS = 10_000;
    private static final int RETRY_MS = 100;

    private final Properties settings;

    /** @param settings for Kafka's clients, with bootstrap.servers */
    Cluster(Properties settings) {
        this.settings = settings;
    }

    /** Owned by the caller. */
    KafkaProducer<byte[], byte[]> producer() {
        NativeLibrary.startFor(settings.getProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Creates the topics that are missing.
     *
     * @return how many partitions the topic of the events has
     * @throws ProgramException with one line that says why, if Kafka does not answer, or a topic is not there and may not
     *     be created
     */
    int prepare(String events, Optional<Integer> partitions, String ledgers) throws InterruptedException {
        String servers = settings.getProperty("bootstrap.servers");
        PlainPeer.requireKafka(settings);
        var adminSettings = new Properties();
        adminSettings.putAll(settings);
        adminSettings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        adminSettings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        try (Admin admin = Admin.create(adminSettings)) {
            var existing = admin.listTopics().names().get();
            if (!existing.contains(events)) {
                create(admin, servers, new NewTopic(events, partitions, Optional.empty()));
            }
            if (!existing.contains(ledgers)) {
                create(
                        admin,
                        servers,
                        new NewTopic(ledgers, Optional.of(1), Optional.empty())
                                .configs(Map.of("cleanup.policy", "compact")));
            }
            return partitionsOf(admin, events);
        } catch (ExecutionException e) {
            throw new ProgramException(
                    e.getCause() instanceof TimeoutException
                            ? silence(adminSettings)
                            : "Kafka at %s refused to list or describe its topics: %s"
                                    .formatted(servers, e.getCause().getMessage()),
                    e);
        } catch (KafkaException e) {
            String why = SystemFailure.of(e).isLimit()
                    ? SystemFailure.explain(e).orElseThrow()
                    : e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new ProgramException(
                    "cannot use Kafka at %s: %s".formatted(servers, Secrets.hideIn(why, settings)), e);
        }
    }

    /** Of a topic that exists; a broker that did not create it itself may learn of it a moment later. */
    private static int partitionsOf(Admin admin, String topic) throws ExecutionException, InterruptedException {
        for (int triesLeft = FIRST_CONTACT_MS / RETRY_MS; ; triesLeft--) {
            try {
                var description = admin.describeTopics(List.of(topic)).allTopicNames();
                return description.get().get(topic).partitions().size();
            } catch (ExecutionException e) {
                if (triesLeft == 0 || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                Thread.sleep(RETRY_MS);
            }
        }
    }

    private static void create(Admin admin, String servers, NewTopic topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
            LOG.info("created the topic {}", topic.name());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // another one may have been quicker
                var options = new StringBuilder(
                        " --partitions " + Math.max(1, topic.numPartitions()) + " --replication-factor 3");
                if (topic.configs() != null) {
                    topic.configs().forEach((key, value) -> options.append(" --config " + key + '=' + value));
                }
                throw new ProgramException(
                        "cannot create the topic %s: %s; let it be created with: kafka-topics.sh --bootstrap-server %s --create --topic %s%s"
                                .formatted(topic.name(), e.getCause().getMessage(), servers, topic.name(), options),
                        e);
            }
        }
    }

    private String silence(Properties tried) {
        return AdvertisedBrokers.obstacle(tried)
                .map(why -> "no way into Kafka at %s: %s".formatted(settings.getProperty("bootstrap.servers"), why))
                .orElseGet(() ->
                        "no Kafka broker answered at %s within %d s; start one, or name yours with --bootstrap-servers"
                                .formatted(settings.getProperty("bootstrap.servers"), FIRST_CONTACT_MS / 1000));
    }
}
