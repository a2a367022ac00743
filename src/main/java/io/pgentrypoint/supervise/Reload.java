package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HUP: our files are brought up to date, then the server reads its own again. Not on the
/// supervising thread, since a primary that does not answer must not keep a stop waiting.
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final ServerCallbacks callbacks;
    private final Supplier<Optional<PostmasterFile>> file;
    private final Child server;

    Reload(ServerCallbacks callbacks, Supplier<Optional<PostmasterFile>> file, Child server) {
        this.callbacks = callbacks;
        this.file = file;
        this.server = server;
    }

    /// A server that is just starting may have read its files already, and may have no handler for
    /// HUP yet: it has one when it has written its pid down.
    void reload() {
        callbacks.beforeReload();
        Optional<PostmasterFile> up = file.get();
        while (up.isEmpty()) {
            if (!server.alive()) {
                return;
            }
            new StopRequest().pause(POLL);
            up = file.get();
        }
        LOG.info("Reloading the server");
        server.signal(Signal.HUP);
        if (up.get().ready()) {
            callbacks.afterReload(up.get().server());
        }
    }
}
