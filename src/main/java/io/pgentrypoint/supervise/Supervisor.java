package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.supervise.Events.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server's life as our child: it gets ready, it is told of signals, it stops within the time
/// that the orchestrator grants, and its end is ours. It is not restarted here: that is the
/// orchestrator's work, which sees and counts it. A server that a full disk has ended may get
/// another life, after a wait for room (ON_DISK_FULL=hold).
public final class Supervisor {

    private final Path dataDirectory;
    private final StopRequest stop;
    private final StopSchedule schedule;
    private final Login login;
    private final Progress progress;
    private final Events events = new Events();
    private final boolean byPatroni;
    private volatile @Nullable Child child;
    private volatile @Nullable Served served;

    public Supervisor(
            Path dataDirectory,
            StopRequest stop,
            StopSchedule schedule,
            Login login,
            Progress progress) {
        this(dataDirectory, stop, schedule, login, progress, false);
    }

    /// @param byPatroni whether the child is Patroni and the server its
    public Supervisor(
            Path dataDirectory,
            StopRequest stop,
            StopSchedule schedule,
            Login login,
            Progress progress,
            boolean byPatroni) {
        this.byPatroni = byPatroni;
        this.dataDirectory = dataDirectory;
        this.stop = stop;
        this.schedule = schedule;
        this.login = login;
        this.progress = progress;
    }

    /// Runs the server to its end.
    ///
    /// @return 0 after a clean end; any other end is a refusal to call it one
    public int supervise(
            Command command, Programs programs, Signals signals, ServerCallbacks callbacks) {
        events.clear();
        served = null;
        // Before the start: a HUP that comes meanwhile is about files that were rendered before it.
        // Loads what a stop will need, while there is heap for it.
        received(Signal.CHLD);
        signals.listener(this::received);
        Optional<PostmasterFile> left = PostmasterFile.read(dataDirectory);
        Runnable onStop = () -> events.add(Event.STOP_ROSE);
        try (ServerLife.Threads threads = ServerLife.Threads.make()) {
            Child started = programs.start(command);
            try {
                return live(started, left, threads, onStop, callbacks);
            } catch (RuntimeException | Error e) {
                if (started.alive()) {
                    ServerLife.endNow(started, schedule.fast());
                }
                throw e;
            } finally {
                stop.forget(onStop);
            }
        }
    }

    private int live(
            Child started,
            Optional<PostmasterFile> left,
            ServerLife.Threads threads,
            Runnable onStop,
            ServerCallbacks callbacks) {
        child = started;
        Served server = new Served(dataDirectory, started, left, byPatroni);
        served = server;
        progress.enter(Phase.LAUNCHED);
        var _ = started.exit().whenComplete((_, _) -> events.add(Event.CHILD_ENDED));
        ServerLife life =
                new ServerLife(
                        started, server, events, stop, schedule, progress, callbacks, login,
                        threads);
        stop.onRequest(onStop);
        boolean wasReady = life.untilEnd();
        return ended(started.code(), wasReady);
    }

    private void received(Signal signal) {
        switch (signal) {
            case TERM, INT, QUIT -> stop.request(signal);
            case HUP -> events.add(Event.RELOAD);
            case USR1, USR2 ->
                    Optional.ofNullable(served)
                            .ifPresentOrElse(
                                    server -> server.forward(signal),
                                    () -> Served.sayNotUp(signal));
            case KILL, CHLD -> {}
        }
    }

    private int ended(int code, boolean wasReady) {
        boolean wasAsked = stop.requested().isPresent();
        OrphanedServer.stop(dataDirectory, schedule.fast(), stop);
        if (byPatroni && code == 0 && wasAsked && !wasReady) {
            // Its volume may hold nothing yet, or part of a clone that the next start makes anew.
            return 0;
        }
        return new ServerEnd(code, wasAsked, wasReady).judge(state());
    }

    /// No program is asked: at this time none may be to be had.
    private String state() {
        try {
            return ControlFile.state(dataDirectory);
        } catch (IOException e) {
            return "unreadable: " + e;
        }
    }

    /// While it accepts connections.
    public Optional<LocalServer> reachable() {
        return Optional.ofNullable(served).flatMap(Served::reachable);
    }

    /// From when it was started; also after its end.
    public Optional<Child> server() {
        return Optional.ofNullable(child);
    }

    /// As HUP does.
    public void reload() {
        events.add(Event.RELOAD);
    }

    /// Where the running server can be asked.
    public Optional<PostmasterFile> file() {
        return Optional.ofNullable(served).flatMap(Served::file);
    }
}
