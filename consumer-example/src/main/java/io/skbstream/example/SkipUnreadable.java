package io.skbstream.example;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a record that cannot be decoded, so that one bad record does not stop the job. Streams counts it in its metric
 * dropped-records-total; the log names the 1st, 2nd, 4th, 8th, … so that a topic full of them does not fill the disk.
 * Public because Streams makes it by class name; one instance for each task, called by its thread.
 */
public final class SkipUnreadable implements DeserializationExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SkipUnreadable.class);

    private long skipped;

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public Response handleError(ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception error) {
        skipped++;
        if (Long.bitCount(skipped) == 1) {
            LOG.warn(
                    "skipped partition {} offset {} ({} so far): {}",
                    record.partition(),
                    record.offset(),
                    skipped,
                    error.getMessage());
        }
        return Response.resume();
    }
}
