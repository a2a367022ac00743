package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Relatives;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server that outlives the child that started it, as Patroni's does, which is forked twice. It
/// must not go on without the one who watches it, nor be killed by the end of its container.
final class Leftover {

    private static final Logger LOG = LoggerFactory.getLogger(Leftover.class);
    private static final long POLL_MILLIS = 20;
    private static final Duration QUIT_TO_KILL = Duration.ofSeconds(6);

    private Leftover() {}

    /// Returns when no server of this directory is left to us.
    ///
    /// @param patience with the fast shutdown
    static void stop(Path dataDirectory, Duration patience, StopRequest stop) {
        Optional<Relatives.Adopted> found =
                PostmasterFile.read(dataDirectory)
                        .flatMap(file -> Relatives.adopted(file.pid(), "postgres", dataDirectory));
        if (found.isEmpty()) {
            return;
        }
        Relatives.Adopted server = found.get();
        LOG.warn(
                "The server (process {}) outlives the program that started it; stopping it: fast"
                        + " shutdown",
                server.pid());
        server.signal(Signal.INT);
        if (await(server, patience, stop)) {
            return;
        }
        LOG.warn("Stopping process {}: immediate shutdown", server.pid());
        server.signal(Signal.QUIT);
        // The postmaster itself kills what is deaf to QUIT after five seconds.
        if (!await(server, QUIT_TO_KILL, new StopRequest())) {
            server.signal(Signal.KILL);
        }
    }

    private static boolean await(Relatives.Adopted server, Duration patience, StopRequest stop) {
        long end = System.nanoTime() + patience.toNanos();
        while (server.alive()) {
            if (System.nanoTime() - end >= 0 || stop.strength() > StopRequest.ASKED) {
                return false;
            }
            new StopRequest().pause(Duration.ofMillis(POLL_MILLIS));
        }
        return true;
    }
}
