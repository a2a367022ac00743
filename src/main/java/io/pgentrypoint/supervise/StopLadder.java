package io.pgentrypoint.supervise;

import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the server is stopped: fast first, immediate when someone insists or before the orchestrator
/// would kill everything. It never steps down. PostgreSQL reads INT as fast and QUIT as immediate;
/// TERM, its smart shutdown, waits for every client and is what users call a hanging stop.
final class StopLadder {

    private static final Logger LOG = LoggerFactory.getLogger(StopLadder.class);
    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(5);
    private static final int RESERVED_PART = 5;
    private static final long NEVER_MILLIS = 60_000;

    private final Duration patience;
    private int sent = StopRequest.NONE;
    private long deadline;

    /// @param grace what the orchestrator grants; a fifth of it, at most five seconds, is kept for
    ///   the immediate shutdown
    StopLadder(Duration grace) {
        Duration part = grace.dividedBy(RESERVED_PART);
        patience = grace.minus(part.compareTo(LONGEST_RESERVE) < 0 ? part : LONGEST_RESERVE);
    }

    void rise(int strength, Child server) {
        if (strength == StopRequest.ASKED && sent < StopRequest.ASKED) {
            LOG.info(
                    "Stopping the server: fast shutdown, immediate after {} s",
                    patience.toSeconds());
            deadline = System.nanoTime() + patience.toNanos();
            sent = StopRequest.ASKED;
            server.signal(Signal.INT);
        } else if (strength > StopRequest.ASKED && sent < StopRequest.IMMEDIATE) {
            immediate(server, "asked again");
        }
    }

    void tick(Child server) {
        if (sent == StopRequest.ASKED && System.nanoTime() - deadline >= 0) {
            immediate(server, "the time granted to stop (STOP_GRACE) is nearly over");
        }
    }

    long millisToNextRung() {
        return sent == StopRequest.ASKED
                ? Math.max(1, (deadline - System.nanoTime()) / 1_000_000 + 1)
                : NEVER_MILLIS;
    }

    private void immediate(Child server, String why) {
        LOG.warn(
                "Stopping the server: immediate shutdown, {}; the next start recovers from WAL",
                why);
        sent = StopRequest.IMMEDIATE;
        server.signal(Signal.QUIT);
    }
}
