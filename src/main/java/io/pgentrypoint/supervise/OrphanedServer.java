package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server that outlives the child that started it, as Patroni's does, which is forked twice. It
/// must not go on without the one who watches it, nor be killed by the end of its container.
final class OrphanedServer {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);
    private static final long POLL_MILLIS = 20;
    private static final Duration QUIT_TO_KILL = Duration.ofSeconds(6);

    private OrphanedServer() {}

    /// Returns when no server of this directory is left to us.
    ///
    /// @param timeout with the fast shutdown
    static void stop(Path dataDirectory, Duration timeout, StopRequest stop) {
        Optional<ProcessTree.Adopted> found =
                PostmasterFile.read(dataDirectory)
                        .flatMap(
                                file -> ProcessTree.adopted(file.pid(), "postgres", dataDirectory));
        if (found.isEmpty()) {
            return;
        }
        ProcessTree.Adopted server = found.get();
        LOG.warn(
                """
                The server (process {}) outlives the program that started it; stopping it: fast \
                shutdown\
                """,
                server.pid());
        server.signal(Signal.INT);
        if (await(server, timeout, stop)) {
            return;
        }
        LOG.warn("Stopping process {}: immediate shutdown", server.pid());
        server.signal(Signal.QUIT);
        // The postmaster itself kills what is deaf to QUIT after five seconds.
        if (!await(server, QUIT_TO_KILL, new StopRequest())) {
            server.signal(Signal.KILL);
        }
    }

    private static boolean await(ProcessTree.Adopted server, Duration timeout, StopRequest stop) {
        long end = System.nanoTime() + timeout.toNanos();
        while (server.alive()) {
            if (System.nanoTime() - end >= 0 || stop.strength() > StopRequest.ASKED) {
                return false;
            }
            new StopRequest().pause(Duration.ofMillis(POLL_MILLIS));
        }
        return true;
    }
}
