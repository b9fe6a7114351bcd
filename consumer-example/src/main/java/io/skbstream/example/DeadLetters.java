package io.skbstream.example;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a record that is no event to the dead-letter topic, so that one bad record does not stop the job: bytes that cannot be
 * decoded, and events that no agent writes. Key and value go unchanged, with the headers that Kafka Streams' own handlers
 * write (KIP-1034), but for the stack trace, and the record's time. Under exactly-once all of that is in the transaction that
 * passes the record by. Any other failure of processing ends the job.
 *
 * <p>Streams counts such records in its metric dropped-records-total; the log names the 1st, 2nd, 4th, 8th, … so that a topic
 * full of them does not fill the disk. Public because Streams makes it by class name; one instance for each thread and
 * purpose, called by that thread.
 */
public final class DeadLetters implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    /** Setting: a {@link LongAdder} that counts for all instances, and again what is repeated after an aborted transaction. */
    static final String COUNT_CONFIG = "skbstream.dead.letters";

    static final String HEADER_TOPIC = "__streams.errors.topic";
    static final String HEADER_PARTITION = "__streams.errors.partition";
    static final String HEADER_OFFSET = "__streams.errors.offset";
    static final String HEADER_EXCEPTION = "__streams.errors.exception";
    static final String HEADER_MESSAGE = "__streams.errors.message";

    /** In ms since the Unix epoch. The dead letter's own time is when it was written, for its topic's retention. */
    static final String HEADER_TIMESTAMP = "skbstream.origin.timestamp";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private String topic;
    private LongAdder count;

    @Override
    public void configure(Map<String, ?> settings) {
        topic = (String) settings.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
        count = (LongAdder) settings.get(COUNT_CONFIG);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext origin, ConsumerRecord<byte[], byte[]> record, Exception error) {
        return DeserializationExceptionHandler.Response.resume(
                letter(origin, record.key(), record.value(), record.timestamp(), error));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext origin, Record<?, ?> record, Exception error) {
        return error instanceof RefusedEventException
                ? ProcessingExceptionHandler.Response.resume(
                        letter(origin, origin.sourceRawKey(), origin.sourceRawValue(), origin.timestamp(), error))
                : ProcessingExceptionHandler.Response.fail();
    }

    private List<ProducerRecord<byte[], byte[]>> letter(
            ErrorHandlerContext origin, byte[] key, byte[] value, long timestampMs, Exception error) {
        count.increment();
        long soFar = count.sum();
        if (Long.bitCount(soFar) == 1) {
            LOG.warn(
                    "not an event: {} partition {} offset {}, now in {} ({} so far): {}",
                    origin.topic(),
                    origin.partition(),
                    origin.offset(),
                    topic,
                    soFar,
                    error.getMessage());
        }
        var headers = new RecordHeaders(origin.headers());
        headers.add(HEADER_TOPIC, bytes(origin.topic()));
        headers.add(HEADER_PARTITION, bytes(origin.partition()));
        headers.add(HEADER_OFFSET, bytes(origin.offset()));
        headers.add(HEADER_TIMESTAMP, bytes(timestampMs));
        headers.add(HEADER_EXCEPTION, bytes(error.getClass().getName()));
        headers.add(HEADER_MESSAGE, bytes(error.getMessage()));
        return List.of(new ProducerRecord<>(topic, null, null, key, value, headers));
    }

    private static byte[] bytes(Object value) {
        return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }
}
