package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's life as our child: it gets ready, it is told of signals, it stops within the time
/// that the orchestrator grants, and its exit code is ours. It is never restarted here: that is the
/// orchestrator's work, which sees and counts it.
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long POLL_MILLIS = 50;

    private final Path dataDirectory;
    private final StopRequest stop;
    private final StopLadder ladder;
    private final Progress progress;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable Child child;

    /// What the supervising thread waits for.
    private enum Event {
        CHILD_ENDED,
        STOP_ROSE,
        LOOK_AGAIN
    }

    public Supervisor(Path dataDirectory, StopRequest stop, Duration grace, Progress progress) {
        this.dataDirectory = dataDirectory;
        this.stop = stop;
        this.ladder = new StopLadder(grace);
        this.progress = progress;
    }

    /// Runs the server to its end.
    ///
    /// @param onceReady what is done on the running server as soon as it accepts connections
    /// @return the server's exit code
    public int supervise(
            Command server, Programs programs, Signals signals, Consumer<LocalServer> onceReady) {
        Child started = programs.start(server);
        child = started;
        progress.enter(Phase.LAUNCHED);
        var _ = started.exit().thenRun(() -> events.add(Event.CHILD_ENDED));
        signals.listener(signal -> received(signal, started));
        stop.onRequest(() -> events.add(Event.STOP_ROSE));
        boolean ready = false;
        while (true) {
            switch (next(ready)) {
                case CHILD_ENDED -> {
                    return ended(started.exit().join());
                }
                case STOP_ROSE -> {
                    progress.enter(Phase.STOPPING);
                    ladder.rise(stop.strength(), started);
                }
                case LOOK_AGAIN -> {
                    ladder.tick(started);
                    Optional<LocalServer> reachable = ready ? Optional.empty() : reachable(started);
                    if (reachable.isPresent()) {
                        ready = true;
                        Thread.ofPlatform()
                                .daemon()
                                .name("once ready")
                                .start(() -> onceReady(onceReady, reachable.get()));
                    }
                }
            }
        }
    }

    private void onceReady(Consumer<LocalServer> work, LocalServer server) {
        work.accept(server);
        progress.enter(Phase.RUNNING, Phase.LAUNCHED);
    }

    private Event next(boolean ready) {
        try {
            long wait = ready ? ladder.millisToNextRung() : POLL_MILLIS;
            Event event = events.poll(wait, TimeUnit.MILLISECONDS);
            return event == null ? Event.LOOK_AGAIN : event;
        } catch (InterruptedException e) {
            // Nobody interrupts PID 1; going on is the only safe answer.
            return Event.LOOK_AGAIN;
        }
    }

    /// The pid tells this server's file from one that an earlier server left.
    private Optional<LocalServer> reachable(Child started) {
        return PostmasterFile.read(dataDirectory)
                .filter(file -> file.pid() == started.pid() && file.ready())
                .map(PostmasterFile::server);
    }

    private void received(Signal signal, Child server) {
        switch (signal) {
            case TERM, INT, QUIT -> stop.request(signal);
            case HUP, USR1, USR2 -> {
                LOG.info("Passing {} on to the server", signal);
                server.signal(signal);
            }
            case KILL, CHLD -> {}
        }
    }

    private int ended(int code) {
        if (stop.requested().isPresent()) {
            LOG.info("The server has stopped with code {}", code);
        } else {
            LOG.error("The server ended by itself with code {}; its log lines above say why", code);
        }
        return code;
    }

    /// From when it was started; also after its end.
    public Optional<Child> server() {
        return Optional.ofNullable(child);
    }
}
