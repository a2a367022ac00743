package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.VitalThread;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.WaitingFor;
import io.pgentrypoint.supervise.Events.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One life of the server, from its start to its end. What fails here is tried again or left out:
/// the end of the supervising thread would be a SIGKILL for the server.
final class ServerLife {

    private static final long POLL_MILLIS = 50;
    private static final long LOOK_MILLIS = 1000;

    /// Longer than the last lines of the server are waited for.
    private static final long END_UNHEARD_NANOS = 3_000_000_000L;

    private static final Duration QUIT_TO_KILL = Duration.ofSeconds(6);

    private final Child child;
    private final Served server;
    private final Events events;
    private final StopRequest stop;
    private final Progress progress;
    private final ServerCallbacks callbacks;
    private final StopLadder ladder;
    private final Reload reload;
    private final Threads threads;
    private boolean ready;
    private long seenAlive = System.nanoTime();

    /// Made before the server is started: where they cannot be made it is not started.
    record Threads(BackgroundWork onceReady, BackgroundWork checkpoint, BackgroundWork reload)
            implements AutoCloseable {

        static Threads make() {
            return new Threads(
                    new BackgroundWork("once ready"),
                    new BackgroundWork("checkpoint"),
                    new BackgroundWork("reload"));
        }

        @Override
        public void close() {
            onceReady.close();
            checkpoint.close();
            reload.close();
        }
    }

    ServerLife(
            Child child,
            Served server,
            Events events,
            StopRequest stop,
            StopSchedule schedule,
            Progress progress,
            ServerCallbacks callbacks,
            Login login,
            Threads threads) {
        this.child = child;
        this.server = server;
        this.events = events;
        this.stop = stop;
        this.progress = progress;
        this.callbacks = callbacks;
        this.threads = threads;
        reload = new Reload(callbacks, server::file, child);
        ladder =
                new StopLadder(
                        schedule,
                        () -> checkpoint(schedule, login),
                        server::signal,
                        () -> WaitingFor.sentence(server.titles()));
    }

    /// Returns once the server has ended.
    ///
    /// @return whether it had been ready
    boolean untilEnd() {
        while (true) {
            Event event = events.next(millisToWait());
            try {
                if (ended(event)) {
                    // What it left says that it was ready, even when nobody had looked in between.
                    return ready || server.reachable().isPresent();
                }
            } catch (RuntimeException | Error e) {
                events.add(event);
                VitalThread.goOnAfter(e);
            }
        }
    }

    private boolean ended(Event event) {
        switch (event) {
            case CHILD_ENDED -> {
                return true;
            }
            case STOP_ROSE -> {
                progress.enter(Phase.STOPPING);
                ladder.rise(stop.strength());
            }
            case CHECKPOINT_ENDED -> ladder.checkpointEnded();
            case RELOAD -> threads.reload().run(reload::reload);
            case LOOK_AGAIN -> {
                ladder.tick();
                lookWhetherReady();
                return endedUnheard();
            }
        }
        return false;
    }

    private void lookWhetherReady() {
        Optional<LocalServer> reachable = ready ? Optional.empty() : server.reachable();
        if (reachable.isPresent()) {
            ready = true;
            threads.onceReady()
                    .run(() -> {
                        callbacks.onceReady(reachable.get());
                        progress.enter(Phase.RUNNING, Phase.LAUNCHED);
                        threads.onceReady().close();
                    });
        }
    }

    /// The JDK's thread that tells us of the end may itself have found no heap.
    private boolean endedUnheard() {
        long now = System.nanoTime();
        if (child.alive()) {
            seenAlive = now;
        }
        return now - seenAlive > END_UNHEARD_NANOS;
    }

    private long millisToWait() {
        return Math.min(ladder.millisToNextTick(), ready ? LOOK_MILLIS : POLL_MILLIS);
    }

    private boolean checkpoint(StopSchedule schedule, Login login) {
        Optional<LocalServer> reachable =
                schedule.checkpoint().isPositive() ? server.reachable() : Optional.empty();
        reachable.ifPresent(found ->
                threads.checkpoint()
                        .run(() -> {
                            try {
                                LastCheckpoint.make(found, login);
                                callbacks.awaitOwnSession();
                            } finally {
                                events.add(Event.CHECKPOINT_ENDED);
                            }
                        }));
        return reachable.isPresent();
    }

    /// For the end of this program by an error of its own: without this the kernel would kill the
    /// server.
    static void endNow(Child child, Duration timeout) {
        child.signal(Signal.INT);
        if (!ends(child, timeout)) {
            child.signal(Signal.QUIT);
            boolean _ = ends(child, QUIT_TO_KILL);
        }
    }

    private static boolean ends(Child child, Duration timeout) {
        try {
            int _ = child.exit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException | InterruptedException e) {
            return false;
        }
    }
}
