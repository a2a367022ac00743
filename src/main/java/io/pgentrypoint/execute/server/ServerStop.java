package io.pgentrypoint.execute.server;

import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.WaitingFor;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of a server that ran for a while. A fast shutdown waits, without a limit of its own, for
/// the archiver and for WAL senders after its last checkpoint: an archive that does not answer
/// would hold up the start for ever.
///
/// @param title what the log calls it
record ServerStop(String title, long pid, Consumer<Signal> signal, BooleanSupplier alive) {

    private static final Logger LOG = LoggerFactory.getLogger(ServerStop.class);

    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration SAID_EVERY = Duration.ofSeconds(10);

    static ServerStop of(String title, Child child) {
        return new ServerStop(title, child.pid(), child::signal, child::alive);
    }

    static ServerStop of(String title, ProcessTree.Adopted server) {
        return new ServerStop(title, server.pid(), server::signal, server::alive);
    }

    /// pg_ctl's variable for the same wait.
    static Duration timeout(String timeout) {
        return Duration.ofSeconds(timeout.matches("[1-9]\\d{0,6}") ? Long.parseLong(timeout) : 60);
    }

    /// Asks for it, and looks for that long.
    boolean ends(Signal by, Duration longest, StopRequest stop) {
        signal.accept(by);
        long begun = System.nanoTime();
        while (alive.getAsBoolean()) {
            if (System.nanoTime() - begun > longest.toNanos()) {
                return false;
            }
            stop.pause(POLL);
        }
        return true;
    }

    /// With a fast shutdown. Once the server has written its last checkpoint, it is ended the hard
    /// way when it takes longer than that: nothing is lost by it.
    ///
    /// @param controlState of its cluster, as pg_controldata says it
    /// @return whether it ended by itself
    boolean fast(Duration timeout, Supplier<String> controlState, StopRequest stop) {
        Duration step = timeout.compareTo(SAID_EVERY) < 0 ? timeout : SAID_EVERY;
        long begun = System.nanoTime();
        while (!ends(Signal.INT, step, stop)) {
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            String what = WaitingFor.sentence(ProcessTree.titlesOfChildren(pid));
            if (waited.compareTo(timeout) >= 0 && controlState.get().startsWith("shut down")) {
                LOG.warn(
                        """
                        The {} has shut down its cluster and still waits, after {} s, \
                        for: {}; it is ended now (PGCTLTIMEOUT). When this names the \
                        archiver, check why archive_command does not return\
                        """,
                        title,
                        waited.toSeconds(),
                        what);
                boolean _ = ends(Signal.QUIT, Duration.ofDays(1), stop);
                return false;
            }
            LOG.info(
                    "The {} has been stopping for {} s; it waits for: {}",
                    title,
                    waited.toSeconds(),
                    what);
        }
        return true;
    }
}
