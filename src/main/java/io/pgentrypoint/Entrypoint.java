package io.pgentrypoint;

import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Installation;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.plan.Outlook;
import io.pgentrypoint.plan.Plan;
import io.pgentrypoint.plan.PlanText;
import io.pgentrypoint.plan.Planned;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.supervise.Supervisor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The contents page: look, decide, say, do, and once more where the doing changed what can be
/// known; then the server's life.
public final class Entrypoint {

    private static final Logger LOG = LoggerFactory.getLogger(Entrypoint.class);

    /// A wait, a publication to finish, the clone: more rounds than that means that two steps undo
    /// each other, or that the primary comes and goes.
    private static final int ROUNDS = 8;

    private final Settings settings;
    private final StopRequest stop;
    private final Programs programs;
    private final Supervisor supervisor;
    private final Progress progress;
    private final Consumer<Milestone> milestones;

    /// What users and tools wait for on stdout.
    public enum Milestone {
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
        this.programs = new Programs(stop, relay);
        this.supervisor = supervisor;
        this.progress = progress;
        this.milestones = milestones;
    }

    /// Prepares the data directory and runs the server to its end; returns our exit code.
    ///
    /// @param again reads the environment once more: files that it names may have changed
    public int run(Signals signals, Supplier<Settings> again) {
        Prepared prepared = prepare();
        try (Executor executor = prepared.executor()) {
            return supervisor.supervise(
                    new Command(
                            settings.mode() instanceof Mode.Patroni ? "patroni" : "postgres",
                            prepared.launch().argv(),
                            settings.childEnvironment()),
                    programs,
                    signals,
                    new RunningServer(
                            settings,
                            again,
                            programs,
                            stop,
                            prepared.installation(),
                            prepared.plan(),
                            executor,
                            supervisor::reload));
        }
    }

    /// Prepares the data directory and starts nothing.
    public void init() {
        prepare().executor().close();
    }

    private record Prepared(
            Installation installation, Plan plan, Outlook.Launch launch, Executor executor) {}

    private Prepared prepare() {
        boolean initialized = false;
        for (int round = 0; round < ROUNDS; round++) {
            Observed observed = Observer.look(settings, programs);
            Plan plan = Planner.plan(settings, observed);
            PlanText.lines(plan).forEach(line -> LOG.info("{}", line));
            progress.enter(Phase.PREPARING);
            Executor executor =
                    new Executor(settings, observed.installation(), programs, stop, progress);
            try {
                executor.execute(plan.beforeLaunch());
            } catch (RuntimeException e) {
                executor.close();
                throw e;
            }
            initialized |= plan.beforeLaunch().stream().anyMatch(Entrypoint::initializes);
            switch (plan.outlook()) {
                case Outlook.Launch launch -> {
                    if (initialized) {
                        milestones.accept(Milestone.INITIALIZED);
                    } else if (observed.dataDirectory() instanceof DataDirectory.Cluster) {
                        milestones.accept(Milestone.EXISTED);
                    }
                    return new Prepared(observed.installation(), plan, launch, executor);
                }
                case Outlook.LookAgain _ -> executor.close();
            }
        }
        throw new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot get to a start: looked " + ROUNDS + " times, and each time more was to do",
                "look at the plans in the log above");
    }

    private static boolean initializes(Planned planned) {
        return planned.step() instanceof Step.Publish;
    }
}
