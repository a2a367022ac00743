package io.pgentrypoint.run;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.execute.sql.TakingOver;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeStateReader;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.observe.datadir.StandbyStateReader;
import io.pgentrypoint.plan.mode.RunningPromotion;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `promote`, done by the process that has the server: look, decide, say, do.
final class Promotion {

    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);

    /// Nobody waits for it; past this time a line is logged.
    private static final Duration SUCCESSION = Duration.ofSeconds(60);

    /// What was asked for.
    record Request(boolean evenIfPrimaryAnswers, Duration timeout) {}

    private final Settings settings;
    private final boolean auto;
    private final Programs programs;
    private final StopRequest stop;
    private final LocalServer server;
    private final Consumer<String> say;
    private final Consumer<Refusal> late;

    /// @param auto whether each start decides the role, so that the environment stays as it is
    Promotion(
            Settings settings,
            Programs programs,
            StopRequest stop,
            LocalServer server,
            PromotionListener listener,
            boolean auto) {
        this.settings = settings;
        this.auto = auto;
        this.programs = programs;
        this.stop = stop;
        this.server = server;
        this.say =
                line -> {
                    LOG.info("promote: {}", line);
                    listener.say(line);
                };
        this.late =
                refusal -> {
                    LOG.warn("promote: {}; {}", refusal.reason(), refusal.remedy());
                    listener.late(refusal);
                };
    }

    /// @throws Refusal when it was not done, or not to its end
    void run(Request request) {
        try (Connection connection =
                server.open(
                        settings.superuser().name(), settings.superuser().password(), "postgres")) {
            StandbyState state = StandbyStateReader.read(connection);
            if (settings.mode() instanceof Mode.NativeReplica replica && state.inRecovery()) {
                RunningPromotion.comparison(replica, state).forEach(say);
            }
            Observed observed = Observer.lookBeforePromotion(settings, state, programs);
            Plan plan =
                    RunningPromotion.plan(
                            settings,
                            observed,
                            state,
                            request.evenIfPrimaryAnswers(),
                            request.timeout());
            carryOut(plan, observed, connection, () -> {});
        } catch (SQLException e) {
            stop.throwIfRequested();
            throw Refusals.notPromoted(e);
        }
    }

    /// Takes over from the primary that has given this order, once that one lets it.
    void succeed(String order) {
        try (Connection connection =
                server.open(
                        settings.superuser().name(), settings.superuser().password(), "postgres")) {
            StandbyState state = StandbyStateReader.read(connection);
            Observed observed = Observer.lookAtVolume(settings, programs).whileServing();
            Plan plan = RunningPromotion.successor(settings, observed, state, SUCCESSION);
            if (!(settings.mode() instanceof Mode.NativeReplica replica)) {
                return;
            }
            say.accept("ready to take over from %s".formatted(replica.primary()));
            Optional<TakingOver.Allowed> allowed =
                    new TakingOver(replica.upstream(), order, settings.dataDirectory(), stop)
                            .await(connection);
            if (allowed.isEmpty()) {
                say.accept(
                        "%s does not hand over: this node stays a standby"
                                .formatted(replica.primary()));
                return;
            }
            carryOut(
                    plan,
                    observed,
                    connection,
                    () -> {
                        if (allowed.get().isOver()) {
                            throw Refusals.tooLate(replica.primary());
                        }
                    });
        } catch (SQLException e) {
            stop.throwIfRequested();
            throw Refusals.notPromoted(e);
        }
    }

    /// @param mayPromote throws where it may not, or not any more
    private void carryOut(Plan plan, Observed observed, Connection connection, Runnable mayPromote)
            throws SQLException {
        try (Executor executor =
                new Executor(settings, observed.installation(), programs, stop, new Progress())
                        .on(connection, late)) {
            for (Planned planned : plan.beforeLaunch()) {
                if (planned.step() instanceof Promote.PromoteRunning(var layout, _, _)) {
                    requireLeave(mayPromote, layout, observed, executor);
                }
                say.accept(planned.step().sentence());
                executor.execute(List.of(planned));
            }
        }
        try (Statement statement = connection.createStatement()) {
            boolean _ = statement.execute("SELECT pg_reload_conf()");
        }
        conclude(plan);
    }

    /// What the record says of a promotion that is not begun is taken back.
    private static void requireLeave(
            Runnable mayPromote, Layout layout, Observed observed, Executor executor) {
        try {
            mayPromote.run();
        } catch (Refusal refusal) {
            observed.node()
                    .ifPresent(before ->
                            executor.execute(new Configure.RecordNodeState(layout, before)));
            throw refusal;
        }
    }

    private void conclude(Plan plan) {
        Optional<NodeState.Promotion> done =
                NodeStateReader.read(new Layout(settings.dataDirectory()))
                        .flatMap(NodeState::promotion);
        done.ifPresent(promotion ->
                say.accept(
                        """
                        promoted: timeline %s ended at %s, and this node takes writes on \
                        timeline %s\
                        """
                                .formatted(
                                        promotion.from(), promotion.position(), promotion.to())));
        say.accept(
                auto
                        ? """
                        the environment stays as it is: the other standbys follow this node, \
                        and the old primary does when it starts again\
                        """
                        : """
                        before the next start: set REPLICATION_ROLE=primary here, and \
                        PRIMARY_HOST of the other replicas to this node; the old primary must not \
                        take writes again\
                        """);
        plan.warnings().forEach(say);
    }
}
