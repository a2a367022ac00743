package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relatives;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's life as our child: it gets ready, it is told of signals, it stops within the time
/// that the orchestrator grants, and its end is ours. It is not restarted here: that is the
/// orchestrator's work, which sees and counts it. A server that a full disk has ended may get
/// another life, after a wait for room (ON_DISK_FULL=hold).
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long POLL_MILLIS = 50;

    private final Path dataDirectory;
    private final StopRequest stop;
    private final StopSchedule schedule;
    private final Login login;
    private final Progress progress;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable Child child;

    /// What a killed server left.
    private volatile Optional<PostmasterFile> left = Optional.empty();

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
        this.dataDirectory = dataDirectory;
        this.stop = stop;
        this.schedule = schedule;
        this.login = login;
        this.progress = progress;
    }

    /// Runs the server to its end.
    ///
    /// @return 0 after a clean end; any other end is a refusal to call it one
    public int supervise(Command server, Programs programs, Signals signals, Duties duties) {
        events.clear();
        left = PostmasterFile.read(dataDirectory);
        Child started = programs.start(server);
        child = started;
        progress.enter(Phase.LAUNCHED);
        var _ = started.exit().thenRun(() -> events.add(Event.CHILD_ENDED));
        StopLadder ladder = ladder(started, duties);
        Reload reload = new Reload(duties, () -> file(started), started);
        signals.listener(signal -> received(signal, started));
        Runnable onStop = () -> events.add(Event.STOP_ROSE);
        stop.onRequest(onStop);
        boolean ready = false;
        while (true) {
            switch (next(ready, ladder)) {
                case CHILD_ENDED -> {
                    stop.forget(onStop);
                    return ended(started.exit().join(), ready, duties);
                }
                case STOP_ROSE -> {
                    progress.enter(Phase.STOPPING);
                    ladder.rise(stop.strength());
                }
                case CHECKPOINT_ENDED -> ladder.checkpointEnded();
                case RELOAD -> reload.ask();
                case LOOK_AGAIN -> {
                    ladder.tick();
                    Optional<LocalServer> reachable = ready ? Optional.empty() : reachable(started);
                    if (reachable.isPresent()) {
                        ready = true;
                        aside("once ready", () -> onceReady(duties, reachable.get()));
                    }
                }
            }
        }
    }

    private StopLadder ladder(Child started, Duties duties) {
        return new StopLadder(
                schedule,
                () -> checkpoint(started, duties),
                started::signal,
                () -> WaitingFor.sentence(Relatives.titlesOfChildren(started.pid())));
    }

    private boolean checkpoint(Child started, Duties duties) {
        Optional<LocalServer> server =
                schedule.checkpoint().isPositive() ? reachable(started) : Optional.empty();
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

    private Optional<LocalServer> reachable(Child started) {
        return file(started).filter(PostmasterFile::ready).map(PostmasterFile::server);
    }

    private Optional<PostmasterFile> file(Child started) {
        return PostmasterFile.read(dataDirectory).filter(file -> file.isOf(started.pid(), left));
    }

    private void received(Signal signal, Child server) {
        switch (signal) {
            case TERM, INT, QUIT -> stop.request(signal);
            case HUP -> events.add(Event.RELOAD);
            case USR1, USR2 -> forward(signal, server);
            case KILL, CHLD -> {}
        }
    }

    /// Before it has handlers for them these signals would end the server; it has them when it
    /// writes its pid down.
    private void forward(Signal signal, Child server) {
        if (file(server).isEmpty()) {
            LOG.info("Not passing {} on: the server is not up yet", signal);
            return;
        }
        LOG.info("Passing {} on to the server", signal);
        server.signal(signal);
    }

    private int ended(int code, boolean wasReady, Duties duties) {
        boolean wasAsked = stop.requested().isPresent();
        Leftover.stop(dataDirectory, schedule.fast(), stop);
        return new ServerEnd(code, wasAsked, wasReady).judge(duties.controlState());
    }

    /// While it accepts connections.
    public Optional<LocalServer> reachable() {
        return server().flatMap(this::reachable);
    }

    /// From when it was started; also after its end.
    public Optional<Child> server() {
        return Optional.ofNullable(child);
    }
}
