package io.pgentrypoint.run;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.execute.sql.SuccessorOrder;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.PrimaryState;
import io.pgentrypoint.observe.datadir.PrimaryStateReader;
import io.pgentrypoint.plan.mode.RunningSwitchover;
import io.pgentrypoint.plan.step.HandOver;
import io.pgentrypoint.plan.step.HandOverPlan;
import io.pgentrypoint.plan.step.PlannedHandOver;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `switchover`, led by the process that has the primary: look, decide, say, do. It ends the
/// server; the thread that supervises that one goes on with a [Handing].
final class Switchover {

    private static final Logger LOG = LoggerFactory.getLogger(Switchover.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private static final String STANDING =
            """
            SELECT pg_is_in_recovery(),
                   EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')
            """;

    /// What was asked for.
    record Request(Optional<String> successor, boolean dryRun) {}

    private final Settings settings;
    private final Programs programs;
    private final StopRequest stop;
    private final Supplier<Optional<LocalServer>> server;
    private final Consumer<Handing> handing;
    private final Consumer<String> say;
    private @Nullable SuccessorOrder order;
    private @Nullable Handing begun;

    /// @param settings of now, with the list of all nodes
    /// @param server that accepts connections
    /// @param handing takes over once the server is told to end
    Switchover(
            Settings settings,
            Programs programs,
            StopRequest stop,
            Supplier<Optional<LocalServer>> server,
            Consumer<Handing> handing,
            Consumer<String> listener) {
        this.settings = settings;
        this.programs = programs;
        this.stop = stop;
        this.server = server;
        this.handing = handing;
        this.say =
                line -> {
                    LOG.info("switchover: {}", line);
                    listener.accept(line);
                };
    }

    /// @param child the server
    /// @throws io.pgentrypoint.report.Refusal when it was not done, or not to its end
    void run(Request request, Child child) {
        HandOverPlan plan;
        Succession.Key key = Succession.Key.make();
        try (Connection connection = open(server.get().orElseThrow())) {
            PrimaryState state = PrimaryStateReader.read(connection);
            Observed observed = Observer.lookWhileRunning(settings, programs);
            if (request.dryRun()) {
                PlanText.lines(
                                RunningSwitchover.preview(
                                        settings, observed, state, request.successor()))
                        .forEach(say);
                return;
            }
            plan = RunningSwitchover.plan(settings, observed, state, request.successor());
            PlanText.lines(plan).forEach(say);
            for (PlannedHandOver planned : plan.steps()) {
                whileServing(planned.step(), key, connection);
            }
        } catch (SQLException e) {
            stop.throwIfRequested();
            close();
            throw Refusals.notSwitched(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        try {
            for (PlannedHandOver planned : plan.steps()) {
                onceStopped(planned.step(), plan, key, child);
            }
        } finally {
            close();
        }
    }

    private void whileServing(HandOver step, Succession.Key key, Connection connection)
            throws SQLException {
        switch (step) {
            case HandOver.MakeCheckpoint _ -> {
                say.accept(step.sentence());
                try (Statement statement = connection.createStatement()) {
                    boolean _ = statement.execute("CHECKPOINT");
                }
            }
            case HandOver.TellSuccessor tell -> {
                say.accept(step.sentence());
                SuccessorOrder given = SuccessorOrder.give(tell, key.id());
                order = given;
                given.awaitReady(connection, stop);
            }
            case HandOver.StopServer _, HandOver.AllowSuccessor _, HandOver.FollowSuccessor _ -> {}
        }
    }

    private void onceStopped(HandOver step, HandOverPlan plan, Succession.Key key, Child child) {
        switch (step) {
            case HandOver.MakeCheckpoint _, HandOver.TellSuccessor _ -> {}
            case HandOver.StopServer(Duration atMost) -> {
                say.accept(step.sentence());
                Handing next = new Handing(allow(plan), key, new CompletableFuture<>());
                begun = next;
                handing.accept(next);
                child.signal(Signal.INT);
                if (!ends(child, atMost)) {
                    child.signal(Signal.QUIT);
                    throw Refusals.notStopped(atMost);
                }
            }
            case HandOver.AllowSuccessor allow -> {
                say.accept(step.sentence());
                if (begun == null || !begun.ended().join()) {
                    throw Refusals.notHandedOver(allow.successor().address());
                }
                say.accept("%s was allowed to take over".formatted(allow.successor().address()));
            }
            case HandOver.FollowSuccessor follow -> {
                say.accept(step.sentence());
                awaitStream(follow);
                say.accept("this node streams from %s".formatted(follow.successor().address()));
            }
        }
    }

    private static HandOver.AllowSuccessor allow(HandOverPlan plan) {
        return plan.steps().stream()
                .map(PlannedHandOver::step)
                .filter(HandOver.AllowSuccessor.class::isInstance)
                .map(HandOver.AllowSuccessor.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static boolean ends(Child child, Duration limit) {
        try {
            int _ = child.exit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitStream(HandOver.FollowSuccessor step) {
        HostPort successor = step.successor().address();
        long start = System.nanoTime();
        while (true) {
            switch (server.get().map(this::standing).orElse(Standing.UNKNOWN)) {
                case STREAMS -> {
                    return;
                }
                case PRIMARY -> throw Refusals.notTakenOver(successor);
                case UNKNOWN -> {}
            }
            if (System.nanoTime() - start > step.atMost().toNanos()) {
                throw Refusals.notStreaming(successor, step.atMost());
            }
            stop.pause(POLL);
        }
    }

    private enum Standing {
        STREAMS,
        PRIMARY,
        UNKNOWN
    }

    private Standing standing(LocalServer now) {
        try (Connection connection = open(now);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STANDING)) {
            if (!row.next()) {
                return Standing.UNKNOWN;
            }
            if (!row.getBoolean(1)) {
                return Standing.PRIMARY;
            }
            return row.getBoolean(2) ? Standing.STREAMS : Standing.UNKNOWN;
        } catch (SQLException e) {
            LOG.debug("The server does not say what it is", e);
            return Standing.UNKNOWN;
        }
    }

    private Connection open(LocalServer now) throws SQLException {
        return new Login(settings.superuser().name(), settings.superuser().password())
                .open(now, "postgres");
    }

    private void close() {
        if (order != null) {
            order.close();
        }
    }
}
