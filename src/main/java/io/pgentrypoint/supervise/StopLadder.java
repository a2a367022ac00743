package io.pgentrypoint.supervise;

import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// How the server is stopped: one rung after the other, up when its time is over or someone
/// insists, and never down. PostgreSQL reads TERM as smart (sessions may end by themselves, for
/// ever if need be), INT as fast and QUIT as immediate.
final class StopLadder {

    private static final Logger LOG = LoggerFactory.getLogger(StopLadder.class);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(3);
    private static final long NEVER_MILLIS = 60_000;

    private enum Rung {
        NOT_ASKED,
        CHECKPOINT,
        SMART,
        FAST,
        IMMEDIATE
    }

    private final StopSchedule schedule;
    private final Supplier<Boolean> checkpoint;
    private final Consumer<Signal> server;
    private final Supplier<String> waitingFor;
    private Rung rung = Rung.NOT_ASKED;
    private int risen = StopRequest.NONE;
    private long asked;
    private long reported;

    /// @param checkpoint starts one and does not wait; false when there is none to wait for
    /// @param server takes the signals
    /// @param waitingFor says what still runs
    StopLadder(
            StopSchedule schedule,
            Supplier<Boolean> checkpoint,
            Consumer<Signal> server,
            Supplier<String> waitingFor) {
        this.schedule = schedule;
        this.checkpoint = checkpoint;
        this.server = server;
        this.waitingFor = waitingFor;
        // Loads what the switches need, while there is heap for it.
        long _ = millisLeft();
    }

    /// Where this throws nothing has been sent, and the same call can be made again.
    ///
    /// @param strength of [StopRequest]; the same once more changes nothing
    void rise(int strength) {
        if (rung == Rung.NOT_ASKED) {
            asked = System.nanoTime();
            reported = asked;
        }
        if (strength >= StopRequest.IMMEDIATE) {
            immediate("asked to by QUIT or by a third request");
        } else if (rung == Rung.NOT_ASKED && strength > StopRequest.ASKED) {
            fast("asked twice, or this program cannot go on");
        } else if (strength > risen) {
            up("asked again");
        }
        risen = strength;
    }

    void checkpointEnded() {
        if (rung == Rung.CHECKPOINT) {
            fast("the checkpoint has ended");
        }
    }

    void tick() {
        if (rung == Rung.NOT_ASKED || rung == Rung.IMMEDIATE) {
            return;
        }
        if (millisLeft() <= 0) {
            up("the time for this is over");
        } else if (millisSince(reported) >= BETWEEN_REPORTS.toMillis()) {
            reported = System.nanoTime();
            LOG.info("Waiting for {}; at most {} s more", waitingFor.get(), millisLeft() / 1000);
        }
    }

    long millisToNextTick() {
        return rung == Rung.NOT_ASKED || rung == Rung.IMMEDIATE
                ? NEVER_MILLIS
                : Math.max(
                        1,
                        Math.min(millisLeft(), BETWEEN_REPORTS.toMillis() - millisSince(reported)));
    }

    private void up(String why) {
        switch (rung) {
            case NOT_ASKED -> first();
            case CHECKPOINT, SMART -> fast(why);
            case FAST -> immediate("%s, still waiting for %s".formatted(why, waitingFor.get()));
            case IMMEDIATE -> {}
        }
    }

    private void first() {
        if (schedule.fast().isZero()) {
            immediate("as STOP_MODE and STOP_GRACE have it");
        } else if (schedule.smart().isPositive()) {
            server.accept(Signal.TERM);
            rung = Rung.SMART;
            say(
                    Level.INFO,
                    () ->
                            "smart shutdown, fast after %d s"
                                    .formatted(schedule.smart().toSeconds()));
        } else if (checkpoint.get()) {
            rung = Rung.CHECKPOINT;
            say(
                    Level.INFO,
                    () ->
                            "a checkpoint first, for at most %d s"
                                    .formatted(schedule.checkpoint().toSeconds()));
        } else {
            fast("asked to");
        }
    }

    private void fast(String why) {
        server.accept(Signal.INT);
        rung = Rung.FAST;
        say(
                Level.INFO,
                () ->
                        "fast shutdown (%s), immediate in %d s"
                                .formatted(why, Math.max(0, millisLeft() / 1000)));
    }

    private void immediate(String why) {
        if (rung != Rung.IMMEDIATE) {
            server.accept(Signal.QUIT);
            rung = Rung.IMMEDIATE;
            say(
                    Level.WARN,
                    () ->
                            "immediate shutdown (%s); the next start recovers from WAL"
                                    .formatted(why));
        }
    }

    /// After the deed, and never instead of it.
    private static void say(Level level, Supplier<String> what) {
        try {
            LOG.atLevel(level).log("Stopping the server: {}", what.get());
        } catch (RuntimeException | Error e) {
            // A stop without words is one all the same.
        }
    }

    private long millisLeft() {
        Duration end =
                switch (rung) {
                    case NOT_ASKED, IMMEDIATE -> Duration.ZERO;
                    case CHECKPOINT -> schedule.checkpoint();
                    case SMART -> schedule.smart();
                    case FAST -> schedule.fast();
                };
        return end.toMillis() - millisSince(asked);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
