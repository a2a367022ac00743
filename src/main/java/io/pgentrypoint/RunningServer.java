package io.pgentrypoint;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.Installation;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.plan.Plan;
import io.pgentrypoint.plan.PlanText;
import io.pgentrypoint.plan.Planned;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.supervise.Duties;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done around a server that serves. Nothing that fails here takes it down.
final class RunningServer implements Duties {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    private final Settings settings;
    private final Supplier<Settings> again;
    private final Programs programs;
    private final StopRequest stop;
    private final Installation installation;
    private final Executor executor;
    private final Runnable reload;
    private Plan plan;

    RunningServer(
            Settings settings,
            Supplier<Settings> again,
            Programs programs,
            StopRequest stop,
            Installation installation,
            Plan plan,
            Executor executor,
            Runnable reload) {
        this.settings = settings;
        this.again = again;
        this.programs = programs;
        this.stop = stop;
        this.installation = installation;
        this.executor = executor;
        this.plan = plan;
        this.reload = reload;
    }

    @Override
    public void onceReady(LocalServer server) {
        if (settings.mode() instanceof Mode.Patroni patroni) {
            // Which member writes is known once one leads.
            plan.beforeLaunch().stream()
                    .map(Planned::step)
                    .filter(Step.WritePatroniFiles.class::isInstance)
                    .map(Step.WritePatroniFiles.class::cast)
                    .findFirst()
                    .ifPresent(written ->
                            new PatroniWatch(patroni, written, stop, reload, this::complete)
                                    .start(server));
            return;
        }
        complete(server);
    }

    private void complete(LocalServer server) {
        for (Planned planned : plan.onceReady()) {
            try {
                if (planned.step() instanceof Step.EnsureReplicationRole role) {
                    executor.ensureRole(role, server);
                } else if (planned.step() instanceof Step.DropMemberSlots) {
                    executor.dropMemberSlots(server);
                }
            } catch (SQLException | RuntimeException e) {
                LOG.error(
                        "Cannot {}: {}. The server goes on",
                        PlanText.describe(planned.step()),
                        reason(e));
            }
        }
    }

    @Override
    public void beforeReload() {
        try {
            Settings now = again.get();
            refuseOtherNode(now);
            Observed observed = Observer.look(now, programs);
            Plan next = Planner.plan(now, observed);
            requireConfigurationOnly(next);
            // Patroni's validation would find its own ports in use.
            List<Planned> steps =
                    next.beforeLaunch().stream()
                            .filter(planned -> !(planned.step() instanceof Step.CheckPatroni))
                            .toList();
            for (Planned planned : steps) {
                LOG.info("{}: {}", PlanText.describe(planned.step()), planned.because());
            }
            new Executor(now, observed.installation(), programs, stop, new Progress())
                    .execute(steps);
            plan = next;
        } catch (Stopped e) {
            LOG.debug("A stop came first", e);
        } catch (RuntimeException e) {
            LOG.error(
                    "Cannot bring our files up to date: {}. They stay as they are, and the server"
                            + " reads its own again",
                    reason(e));
        }
    }

    /// A changed replication password reaches the role here.
    @Override
    public void afterReload(LocalServer server) {
        onceReady(server);
    }

    @Override
    public String controlState() {
        // With a request of its own: the one that stopped the server would end this too.
        return Observer.clusterState(
                settings.dataDirectory(),
                installation,
                settings.childEnvironment(),
                new Programs(new StopRequest()));
    }

    private void refuseOtherNode(Settings now) {
        if (!now.dataDirectory().equals(settings.dataDirectory())
                || now.port() != settings.port()
                || !now.mode().getClass().equals(settings.mode().getClass())) {
            throw new IllegalStateException(
                    "PGDATA, PGPORT or the role differ from those it was started with, and take a"
                            + " restart");
        }
    }

    private static void requireConfigurationOnly(Plan plan) {
        List<Planned> others =
                plan.beforeLaunch().stream()
                        .filter(planned -> !isConfiguration(planned.step()))
                        .toList();
        if (!others.isEmpty()) {
            throw new IllegalStateException(
                    "a start would also "
                            + PlanText.describe(others.getFirst().step())
                            + ", which is nothing for a server that runs");
        }
    }

    private static boolean isConfiguration(Step step) {
        return switch (step) {
            case Step.WriteSettings _,
                    Step.IncludeSettings _,
                    Step.WriteHbaBlock _,
                    Step.TakeBackFiles _,
                    Step.WritePassFile _,
                    Step.RemoveAutoSettings _,
                    Step.CheckServerSettings _,
                    Step.CreateSlot _,
                    Step.WritePatroniFiles _,
                    Step.CheckPatroni _ ->
                    true;
            case Step.DiscardUnfinished _,
                    Step.OpenStaging _,
                    Step.InitializeDatabase _,
                    Step.AppendHostRule _,
                    Step.MarkStandby _,
                    Step.StartBootstrapServer _,
                    Step.CreateDatabase _,
                    Step.EnsureReplicationRole _,
                    Step.StopBootstrapServer _,
                    Step.Publish _,
                    Step.AwaitPrimary _,
                    Step.CloneFromPrimary _,
                    Step.AddConfigurationFiles _,
                    Step.AwaitDcs _,
                    Step.RemoveStateDirectory _,
                    Step.LeavePatroni _,
                    Step.DropMemberSlots _ ->
                    false;
        };
    }

    private static String reason(Exception e) {
        return switch (e) {
            case Refusal refusal -> refusal.reason() + "; " + refusal.remedy();
            case InvalidSettings invalid ->
                    invalid.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::sentence)
                            .collect(Collectors.joining("; "));
            default -> Optional.ofNullable(e.getMessage()).orElse(e.toString());
        };
    }
}
