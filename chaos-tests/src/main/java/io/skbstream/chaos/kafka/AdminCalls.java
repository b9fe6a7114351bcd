package io.skbstream.chaos.kafka;

import io.skbstream.chaos.process.ChaosException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/** Requests of an administrator, with a client of its own each, as the brokers may have another life by then. */
final class AdminCalls {

    private static final int TIMEOUT_MS = 20_000;
    private static final int REQUEST_MS = 5_000;
    private static final int ATTEMPTS = 3;

    private final Supplier<String> bootstrapServers;

    AdminCalls(Supplier<String> bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Asks, and again if it fails.
     *
     * @param what for the message: could not …
     * @param harmless failures that are as good as success
     * @return the answer; empty after a harmless failure, or if there is none
     * @throws ChaosException if it fails each time
     */
    <T> Optional<T> call(String what, Function<Admin, KafkaFuture<T>> request, Predicate<Throwable> harmless)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    bootstrapServers.get(),
                    "default.api.timeout.ms",
                    TIMEOUT_MS,
                    "request.timeout.ms",
                    REQUEST_MS))) {
                return Optional.ofNullable(request.apply(admin).get());
            } catch (ExecutionException failed) {
                if (harmless.test(failed.getCause())) {
                    return Optional.empty();
                }
                if (attempt == ATTEMPTS) {
                    throw new ChaosException("could not " + what + ": " + failed.getCause(), failed);
                }
            }
        }
    }
}
