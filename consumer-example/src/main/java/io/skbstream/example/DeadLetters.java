package io.skbstream.example;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
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
 * write (KIP-1034), but for the stack trace. Under exactly-once all of that is in the transaction that passes the record by. Any
 * other failure is no word on the record, and fails.
 *
 * <p>A record that with these headers would be more than {@link #MOST_BYTES} is cut, for Kafka would refuse the letter and so end
 * the job: the whole is where its headers say.
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

    /**
     * Of what could not be decoded, in ms since the Unix epoch. The dead letter's own time is when it was written, for its topic's
     * retention.
     */
    static final String HEADER_TIMESTAMP = "skbstream.origin.timestamp";

    /** How many bytes of the record's own are not in a letter that was cut; others do not have it. */
    static final String HEADER_CUT = "skbstream.cut.bytes";

    /** Of key, value and the record's own headers: somewhat less than the 1 MiB that Kafka's client and broker take by default. */
    static final int MOST_BYTES = 1_000_000;

    private static final int KEPT_BYTES = 1_000;

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
        return error instanceof SerializationException
                ? DeserializationExceptionHandler.Response.resume(
                        letter(origin, record.key(), record.value(), OptionalLong.of(record.timestamp()), error))
                : DeserializationExceptionHandler.Response.fail(); // as of a registry that is away: it may be an event
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext origin, Record<?, ?> record, Exception error) {
        return error instanceof RefusedEventException
                ? ProcessingExceptionHandler.Response.resume(
                        letter(origin, origin.sourceRawKey(), origin.sourceRawValue(), OptionalLong.empty(), error))
                : ProcessingExceptionHandler.Response.fail();
    }

    private List<ProducerRecord<byte[], byte[]>> letter(
            ErrorHandlerContext origin, byte[] key, byte[] value, OptionalLong timestampMs, Exception error) {
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
        long own = size(key) + size(value) + size(origin.headers());
        boolean isCut = own > MOST_BYTES;
        byte[] keptKey = isCut ? cut(key) : key;
        byte[] keptValue = isCut ? cut(value) : value;
        var headers = isCut ? new RecordHeaders() : new RecordHeaders(origin.headers());
        headers.add(HEADER_TOPIC, bytes(origin.topic()));
        headers.add(HEADER_PARTITION, bytes(origin.partition()));
        headers.add(HEADER_OFFSET, bytes(origin.offset()));
        timestampMs.ifPresent(ms -> headers.add(HEADER_TIMESTAMP, bytes(ms)));
        headers.add(HEADER_EXCEPTION, bytes(error.getClass().getName()));
        headers.add(HEADER_MESSAGE, cut(bytes(error.getMessage())));
        if (isCut) {
            headers.add(HEADER_CUT, bytes(own - size(keptKey) - size(keptValue)));
        }
        return List.of(new ProducerRecord<>(topic, null, null, keptKey, keptValue, headers));
    }

    private static byte[] cut(byte[] bytes) {
        return size(bytes) <= KEPT_BYTES ? bytes : Arrays.copyOf(bytes, KEPT_BYTES);
    }

    private static int size(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long size(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            size += header.key().length() + size(header.value());
        }
        return size;
    }

    private static byte[] bytes(Object value) {
        return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }
}
