package io.skbstream.benchmarks;

import io.skbstream.demo.part.PartException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** How far consumer groups have come, by what they have committed. Used by one thread. */
final class GroupOffsets implements AutoCloseable {
    private final Admin admin;

    GroupOffsets(String bootstrapServers) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Sum over the partitions; where they begin at 0, the records that the group is through with. 0 for a group that is not there yet. */
    long committed(String group) throws InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new PartException("Kafka does not say how far the group " + group + " has come: "
                    + e.getCause().getMessage());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
