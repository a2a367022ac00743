package io.pgentrypoint.run;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.supervise.Supervisor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The contents page: look, decide, say, do, and once more where the doing changed what can be
/// known; then the server's life.
public final class Entrypoint {

    private static final Logger LOG = LoggerFactory.getLogger(Entrypoint.class);

    /// A wait, a publication to finish, the clone: more rounds than that means that two steps undo
    /// each other, or that the primary comes and goes.
    private static final int ROUNDS = 8;

    private final Settings settings;
    private final StopRequest stop;

    /// What they say is masked: initdb and psql quote the statement that fails.
    private final Programs programs;

    private final Relay relay;
    private final Supervisor supervisor;
    private final Progress progress;
    private final Consumer<Milestone> milestones;
    private volatile @Nullable RunningServer running;
    private final Set<String> said = new HashSet<>();

    /// What users and tools of the official image wait for.
    public enum Milestone {
        /// A new cluster lets everyone in.
        TRUSTING,
        NO_SCRIPTS,
        INITIALIZED,
        EXISTED
    }

    public Entrypoint(
            Settings settings,
            StopRequest stop,
            Supervisor supervisor,
            Progress progress,
            Consumer<Milestone> milestones,
            Relay relay) {
        this.settings = settings;
        this.stop = stop;
        this.programs = new Programs(stop, relay.masked());
        this.relay = relay;
        this.supervisor = supervisor;
        this.progress = progress;
        this.milestones = milestones;
    }

    /// Prepares the data directory and runs the server to its end; returns our exit code.
    ///
    /// @param again reads the environment once more: files that it names may have changed
    public int run(Signals signals, Supplier<Settings> again) {
        while (true) {
            Prepared prepared = prepare(() -> Observer.look(settings, programs));
            try {
                return serve(prepared, signals, again);
            } catch (Refusal end) {
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

    private int serve(Prepared prepared, Signals signals, Supplier<Settings> again) {
        RunningServer callbacks =
                new RunningServer(
                        settings,
                        again,
                        programs,
                        stop,
                        prepared.installation(),
                        prepared.plan(),
                        supervisor::reload);
        running = callbacks;
        return supervisor.supervise(
                new Command(
                        settings.mode() instanceof Mode.Patroni ? "patroni" : "postgres",
                        prepared.launch().argv(),
                        settings.childEnvironment()),
                settings.mode() instanceof Mode.Patroni ? programs : new Programs(stop, relay),
                signals,
                callbacks);
    }

    /// What a server that takes writes still lacks, in words.
    public Optional<String> unfinished() {
        return Optional.ofNullable(running).flatMap(RunningServer::unfinished);
    }

    /// Makes this replica a primary, while it serves.
    ///
    /// @throws Refusal when it was not done, or not to its end
    public void promote(
            boolean evenIfPrimaryAnswers, Duration timeout, PromotionListener listener) {
        RunningServer callbacks = running;
        Optional<LocalServer> server = supervisor.reachable();
        if (callbacks == null || server.isEmpty()) {
            throw new Refusal(
                    ExitCode.UNAVAILABLE,
                    "cannot promote: no server accepts connections here; "
                            + progress.phase().meaning(),
                    "wait until it does (entrypoint status); a volume at rest is promoted by a start"
                            + " with REPLICATION_ROLE=primary");
        }
        callbacks.promote(
                server.get(), new Promotion.Request(evenIfPrimaryAnswers, timeout), listener);
    }

    /// Prepares the data directory and starts nothing: scripts of each start wait for one.
    public void init() {
        Prepared _ = prepare(() -> Observer.look(settings, programs).withoutStartScripts());
    }

    private record Prepared(Installation installation, Plan plan, NextAction.Launch launch) {}

    private Prepared prepare(Supplier<Observed> look) {
        boolean initialized = false;
        for (int round = 0; round < ROUNDS; round++) {
            Observed observed = look.get();
            Plan plan = Planner.plan(settings, observed);
            PlanText.lines(plan).stream()
                    .filter(line -> !line.startsWith("warning: ") || said.add(line))
                    .forEach(line ->
                            LOG.atLevel(line.startsWith("warning: ") ? Level.WARN : Level.INFO)
                                    .log("{}", line));
            if (plan.beforeLaunch().stream().anyMatch(Entrypoint::trustsEveryone)) {
                milestones.accept(Milestone.TRUSTING);
            }
            progress.enter(Phase.PREPARING);
            try (Executor executor =
                    new Executor(settings, observed.installation(), programs, stop, progress)) {
                executor.execute(plan.beforeLaunch());
            }
            initialized |= plan.beforeLaunch().stream().anyMatch(Entrypoint::initializes);
            switch (plan.next()) {
                case NextAction.Launch launch -> {
                    if (initialized && observed.scripts().init().isEmpty()) {
                        milestones.accept(Milestone.NO_SCRIPTS);
                    }
                    if (initialized) {
                        milestones.accept(Milestone.INITIALIZED);
                    } else if (observed.dataDirectory() instanceof DataDirectory.Cluster) {
                        milestones.accept(Milestone.EXISTED);
                    }
                    return new Prepared(observed.installation(), plan, launch);
                }
                case NextAction.Replan _ -> {}
                case NextAction.Refuse(Refusal refusal) -> throw refusal;
            }
        }
        throw new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot get to a start: looked " + ROUNDS + " times, and each time more was to do",
                "look at the plans in the log above");
    }

    private static boolean trustsEveryone(Planned planned) {
        return planned.step() instanceof Build.AppendHostRule(_, String rule)
                && rule.stripTrailing().endsWith(" trust");
    }

    private static boolean initializes(Planned planned) {
        return planned.step() instanceof Build.Publish
                || planned.step() instanceof Build.FinishFirstBoot;
    }
}
