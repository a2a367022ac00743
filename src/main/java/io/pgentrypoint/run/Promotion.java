package io.pgentrypoint.run;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeStateReader;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.observe.datadir.StandbyStateReader;
import io.pgentrypoint.plan.mode.RunningPromotion;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
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
            try (Executor executor =
                    new Executor(settings, observed.installation(), programs, stop, new Progress())
                            .on(connection, late)) {
                for (Planned planned : plan.beforeLaunch()) {
                    say.accept(planned.step().sentence());
                    executor.execute(List.of(planned));
                }
            }
            try (Statement statement = connection.createStatement()) {
                boolean _ = statement.execute("SELECT pg_reload_conf()");
            }
            conclude(plan);
        } catch (SQLException e) {
            stop.throwIfRequested();
            throw Refusals.notPromoted(e);
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
