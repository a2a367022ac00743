package io.pgentrypoint.run;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.HandOverWait;
import io.pgentrypoint.execute.VolumeTakeOver;
import io.pgentrypoint.execute.lock.VolumeLock;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.TlsFiles;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.process.ThisProcess;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.supervise.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PID 1's whole life: a start, the server, and after a full disk another start.
public final class Entrypoint {

    private static final Logger LOG = LoggerFactory.getLogger(Entrypoint.class);

    private final Settings settings;
    private final StopRequest stop;

    /// What they say is masked: initdb and psql quote the statement that fails.
    private final Programs programs;

    private final Relay relay;
    private final Supervisor supervisor;
    private final Progress progress;
    private final VolumeTakeOver volume;
    private final Start start;
    private Instant since = ThisProcess.started();
    private volatile @Nullable RunningServer running;
    private volatile @Nullable Handing handing;

    public Entrypoint(
            Settings settings,
            StopRequest stop,
            Supervisor supervisor,
            Progress progress,
            VolumeLock lock,
            Consumer<Milestone> milestones,
            Relay relay) {
        this.settings = settings;
        this.stop = stop;
        this.programs = new Programs(stop, relay.masked());
        this.relay = relay;
        this.supervisor = supervisor;
        this.progress = progress;
        this.volume = new VolumeTakeOver(lock, stop);
        this.start = new Start(settings, programs, stop, progress, new Milestones(milestones));
    }

    /// Prepares the data directory and runs the server to its end; returns our exit code.
    ///
    /// @param again reads the environment once more: files that it names may have changed
    /// @param listener lets it go on
    public int run(Signals signals, Supplier<Settings> again, VolumeListener listener) {
        boolean _ = start.takeOver(volume, listener);
        Settings first = settings;
        while (true) {
            Start.Ready ready = start.prepare(first, now -> Observer.look(now, programs));
            first = settings;
            try {
                int code = serve(ready, signals, again);
                Handing begun = handing;
                if (begun == null || stop.requested().isPresent()) {
                    return code;
                }
                first = handOver(begun, ready);
            } catch (Refusal end) {
                Handing begun = handing;
                if (begun != null && stop.requested().isEmpty()) {
                    LOG.error("Not handing over: {}; {}", end.reason(), end.remedy());
                    first = leading(begun);
                    continue;
                }
                Refusal full = outOfSpace(end).orElseThrow(() -> end);
                switch (settings.volume().onDiskFull()) {
                    case FAIL -> throw full;
                    case HOLD -> {
                        // The orchestrator would start a container that only crashes again.
                        LOG.error("{}; {}", end.reason(), end.remedy());
                        LOG.error(
                                "The disk is full: holding (ON_DISK_FULL=hold) instead of ending");
                    }
                }
            }
        }
    }

    /// The server has ended for a switchover.
    ///
    /// @return as what this node starts again
    private Settings handOver(Handing begun, Start.Ready ready) {
        if (!(settings.mode() instanceof Mode.NativeAuto auto)) {
            return leading(begun);
        }
        progress.enter(Phase.WAITING);
        progress.detail("lets %s take over".formatted(begun.step().successor().address()));
        ControlData control =
                Observer.controlData(
                        settings.dataDirectory(),
                        ready.installation(),
                        settings.childEnvironment(),
                        programs);
        if (!new HandOverWait(begun.step(), begun.key(), control, auto)
                .run(settings, programs, stop)) {
            return leading(begun);
        }
        handing = null;
        begun.ended().complete(true);
        return settings;
    }

    /// Nobody was allowed to take over, so this node is the primary still.
    private Settings leading(Handing begun) {
        LOG.warn(
                "{} has not taken over, and cannot any more: this node takes writes again",
                begun.step().successor().address());
        handing = null;
        begun.ended().complete(false);
        RunningServer last = running;
        return last == null ? settings : last.leading();
    }

    /// Whatever the server died of: the next start would find no room. No other node is asked, so
    /// that none holds up the end.
    private Optional<Refusal> outOfSpace(Refusal end) {
        if (supervisor.server().isEmpty() || stop.requested().isPresent()) {
            return Optional.empty();
        }
        try {
            return Planner.outOfSpace(
                    settings, Observer.lookAtVolume(settings, programs), end.reason() + ", and");
        } catch (Refusal | Stopped e) {
            return Optional.empty();
        }
    }

    private int serve(Start.Ready ready, Signals signals, Supplier<Settings> again) {
        RunningServer callbacks =
                new RunningServer(
                        ready.settings(),
                        settings,
                        again,
                        programs,
                        stop,
                        ready.installation(),
                        ready.plan(),
                        new ReadyLine(ready.settings(), since),
                        supervisor::reload);
        running = callbacks;
        AtomicBoolean serving = new AtomicBoolean(true);
        settings.tls()
                .ifPresent(tls ->
                        new TlsWatch(tls, new Layout(settings.dataDirectory()), stop, serving::get)
                                .start(callbacks::busy, supervisor::reload));
        try {
            return supervisor.supervise(
                    new Command(
                            settings.mode() instanceof Mode.Patroni ? "patroni" : "postgres",
                            ready.launch().argv(),
                            settings.childEnvironment()),
                    settings.mode() instanceof Mode.Patroni ? programs : new Programs(stop, relay),
                    signals,
                    callbacks);
        } finally {
            serving.set(false);
            since = Instant.now();
        }
    }

    /// What a server that takes writes still lacks, in words.
    public Optional<String> unfinished() {
        return Optional.ofNullable(running).flatMap(RunningServer::unfinished);
    }

    /// When the server's certificate ends; empty where it has none of these variables.
    public Optional<Instant> certificateEnd() {
        try {
            return settings.tls().flatMap(_ -> TlsFiles.end(new Layout(settings.dataDirectory())));
        } catch (Refusal e) {
            return Optional.empty();
        }
    }

    /// Makes this replica a primary, while it serves.
    ///
    /// @throws Refusal when it was not done, or not to its end
    public void promote(
            boolean evenIfPrimaryAnswers, Duration timeout, PromotionListener listener) {
        RunningServer callbacks = running;
        Optional<LocalServer> server = supervisor.reachable();
        if (callbacks == null || server.isEmpty()) {
            throw Refusals.noServer(progress.phase());
        }
        callbacks.promote(
                server.get(), new Promotion.Request(evenIfPrimaryAnswers, timeout), listener);
    }

    /// Lets a standby take the place of this primary, and makes this node its standby.
    ///
    /// @param successor the node that is to take over; absent: the one that has most
    /// @param dryRun whether it is only said what would be done
    /// @throws Refusal when it was not done, or not to its end
    public void switchOver(Optional<String> successor, boolean dryRun, Consumer<String> say) {
        RunningServer callbacks = running;
        Optional<Child> child = supervisor.server();
        if (callbacks == null || child.isEmpty() || supervisor.reachable().isEmpty()) {
            throw Refusals.noServerToHandOver(progress.phase());
        }
        callbacks.switchOver(
                child.get(),
                supervisor::reachable,
                new Switchover.Request(successor, dryRun),
                begun -> handing = begun,
                say);
    }

    /// Ends an upgrade, while this process has the volume.
    ///
    /// @throws Refusal when it was not done
    public void endUpgrade(Ending ending, boolean dryRun, Consumer<String> say) {
        switch (ending) {
            case FINISH ->
                    new UpgradeEnder(settings, programs, stop, progress).run(ending, dryRun, say);
            case REVERT -> throw Refusals.inUse(settings.dataDirectory());
        }
    }

    /// The same for a node at rest: this process takes its volume, and starts nothing.
    public void endUpgradeAtRest(Ending ending, Consumer<String> say) {
        boolean _ = start.takeOver(volume, VolumeListener.NONE);
        new UpgradeEnder(settings, programs, stop, progress).run(ending, false, say);
    }

    /// Prepares the data directory and starts nothing: scripts of each start wait for one.
    public void init(VolumeListener listener) {
        if (start.takeOver(volume, listener)) {
            Start.Ready _ =
                    start.prepare(
                            settings, now -> Observer.look(now, programs).withoutStartScripts());
        }
    }
}
