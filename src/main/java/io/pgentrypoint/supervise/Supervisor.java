package io.pgentrypoint.supervise;

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
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server's life as our child: it gets ready, it is told of signals, it stops within the time
/// that the orchestrator grants, and its end is ours. It is not restarted here: that is the
/// orchestrator's work, which sees and counts it. A server that a full disk has ended may get
/// another life, after a wait for room (ON_DISK_FULL=hold).
public final class Supervisor {

    private static final long POLL_MILLIS = 50;

    private final Path dataDirectory;
    private final StopRequest stop;
    private final StopSchedule schedule;
    private final Login login;
    private final Progress progress;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final boolean byPatroni;
    private volatile @Nullable Child child;
    private volatile @Nullable Served served;

    /// What the supervising thread waits for.
    private enum Event {
        CHILD_ENDED,
        STOP_ROSE,
        CHECKPOINT_ENDED,
        RELOAD,
        LOOK_AGAIN
    }

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
    public int supervise(Command command, Programs programs, Signals signals, Duties duties) {
        events.clear();
        served = null;
        // Before the start: a HUP that comes meanwhile is about files that were rendered before it.
        signals.listener(this::received);
        Optional<PostmasterFile> left = PostmasterFile.read(dataDirectory);
        Child started = programs.start(command);
        child = started;
        Served server = new Served(dataDirectory, started, left, byPatroni);
        served = server;
        progress.enter(Phase.LAUNCHED);
        var _ = started.exit().thenRun(() -> events.add(Event.CHILD_ENDED));
        StopLadder ladder = ladder(server, duties);
        Reload reload = new Reload(duties, server::file, started);
        Runnable onStop = () -> events.add(Event.STOP_ROSE);
        stop.onRequest(onStop);
        boolean ready = false;
        while (true) {
            switch (next(ready, ladder)) {
                case CHILD_ENDED -> {
                    stop.forget(onStop);
                    // What it left says that it was ready, even when nobody had looked in between.
                    boolean wasReady = ready || reachable(server).isPresent();
                    return ended(started.exit().join(), wasReady, duties);
                }
                case STOP_ROSE -> {
                    progress.enter(Phase.STOPPING);
                    ladder.rise(stop.strength());
                }
                case CHECKPOINT_ENDED -> ladder.checkpointEnded();
                case RELOAD -> reload.ask();
                case LOOK_AGAIN -> {
                    ladder.tick();
                    Optional<LocalServer> reachable = ready ? Optional.empty() : reachable(server);
                    if (reachable.isPresent()) {
                        ready = true;
                        aside("once ready", () -> onceReady(duties, reachable.get()));
                    }
                }
            }
        }
    }

    private StopLadder ladder(Served server, Duties duties) {
        return new StopLadder(
                schedule,
                () -> checkpoint(server, duties),
                server::signal,
                () -> WaitingFor.sentence(server.titles()));
    }

    private boolean checkpoint(Served served, Duties duties) {
        Optional<LocalServer> server =
                schedule.checkpoint().isPositive() ? reachable(served) : Optional.empty();
        server.ifPresent(reachable ->
                aside(
                        "checkpoint",
                        () -> {
                            LastCheckpoint.make(reachable, login);
                            duties.awaitOwnSession();
                            events.add(Event.CHECKPOINT_ENDED);
                        }));
        return server.isPresent();
    }

    private static void aside(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    private void onceReady(Duties duties, LocalServer server) {
        duties.onceReady(server);
        progress.enter(Phase.RUNNING, Phase.LAUNCHED);
    }

    private Event next(boolean ready, StopLadder ladder) {
        try {
            long wait = ladder.millisToNextTick();
            Event event =
                    events.poll(ready ? wait : Math.min(wait, POLL_MILLIS), TimeUnit.MILLISECONDS);
            return event == null ? Event.LOOK_AGAIN : event;
        } catch (InterruptedException e) {
            // Nobody interrupts PID 1; going on is the only safe answer.
            return Event.LOOK_AGAIN;
        }
    }

    private static Optional<LocalServer> reachable(Served server) {
        return server.file().filter(PostmasterFile::ready).map(PostmasterFile::server);
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

    private int ended(int code, boolean wasReady, Duties duties) {
        boolean wasAsked = stop.requested().isPresent();
        Leftover.stop(dataDirectory, schedule.fast(), stop);
        if (byPatroni && code == 0 && wasAsked && !wasReady) {
            // Its volume may hold nothing yet, or part of a clone that the next start makes anew.
            return 0;
        }
        return new ServerEnd(code, wasAsked, wasReady).judge(duties.controlState());
    }

    /// While it accepts connections.
    public Optional<LocalServer> reachable() {
        return Optional.ofNullable(served).flatMap(Supervisor::reachable);
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
