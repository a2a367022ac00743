package io.pgentrypoint.run;

import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks on a standby for the order to take over: a slot, which is a directory. No session is
/// needed for it.
final class SuccessionWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SuccessionWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path slots;
    private final StopRequest stop;

    SuccessionWatch(Path dataDirectory, StopRequest stop) {
        this.slots = dataDirectory.resolve("pg_replslot");
        this.stop = stop;
    }

    /// @param standby whether this node is one still
    /// @param succeed is given each order once
    void start(BooleanSupplier standby, Consumer<String> succeed) {
        Thread.ofPlatform()
                .daemon()
                .name("succession")
                .start(() -> {
                    try {
                        watch(standby, succeed);
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    }
                });
    }

    private void watch(BooleanSupplier standby, Consumer<String> succeed) {
        String last = "";
        while (standby.getAsBoolean()) {
            Optional<String> order = order();
            if (order.isPresent() && !order.get().equals(last)) {
                last = order.get();
                succeed.accept(last);
            }
            stop.pause(PAUSE);
        }
    }

    private Optional<String> order() {
        try (Stream<Path> entries = Files.list(slots)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .map(Succession::idOf)
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (IOException e) {
            LOG.debug("Cannot look at the slots", e);
            return Optional.empty();
        }
    }
}
