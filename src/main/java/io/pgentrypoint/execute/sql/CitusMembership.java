package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.ServerMessage;
import io.pgentrypoint.observe.upstream.UpstreamFailure;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries to make the running server a node of its Citus cluster until it is one. The nodes are
/// started in any order, and each needs the others: a coordinator changes its address only while
/// all workers answer.
///
/// @param asked the server settings of the environment
/// @param comparison is told what comes of it
/// @param wanted false once another step has taken the place of this one
record CitusMembership(
        Live.JoinCitus step,
        LocalServer server,
        Map<String, String> asked,
        CitusStanding comparison,
        BooleanSupplier wanted,
        StopRequest stop) {

    private static final Logger LOG = LoggerFactory.getLogger(CitusMembership.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    void seek() {
        until("registered", this::register);
        until("able to log in to the other nodes with all of CITUS_LOGINS", this::keepLogins);
    }

    private interface Attempt {
        /// Why it has failed; empty when it has not.
        String why() throws SQLException;
    }

    private void until(String goal, Attempt attempt) {
        String said = "";
        Duration pause = FIRST_PAUSE;
        while (wanted.getAsBoolean()) {
            String why = why(attempt);
            if (why.isEmpty()) {
                return;
            }
            if (!why.equals(said)) {
                said = why;
                LOG.warn(
                        "Citus: this node is not {} yet, and tries again until it is: {}",
                        goal,
                        why);
            }
            stop.pause(pause);
            stop.throwIfRequested();
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private String why(Attempt attempt) {
        try {
            return attempt.why();
        } catch (SQLException e) {
            return sentence(e);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String register() throws SQLException {
        if (step.citus() instanceof Citus.Member) {
            // Patroni does all of this.
            return "";
        }
        try {
            registerOnce();
            comparison.registered();
            return "";
        } catch (SQLException e) {
            comparison.unanswered(sentence(e));
            throw e;
        } catch (IllegalStateException e) {
            comparison.denied(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private void registerOnce() throws SQLException {
        createDatabase();
        try (Connection local = open(step.citus().database())) {
            CitusExtension.create(local, asked);
            Optional<Secret> password = step.login().password();
            if (password.isPresent()) {
                CitusLogins.keep(local, new Credentials(step.login().user(), password.get()));
            }
            CitusRegistration.register(step, local);
        }
    }

    /// A role has to be there first: the application makes it on the coordinator, or an init script
    /// does, and Citus makes it on the workers.
    private String keepLogins() throws SQLException {
        if (step.citus().logins().isEmpty()) {
            return "";
        }
        List<String> missing = new ArrayList<>();
        try (Connection local = open(step.citus().database())) {
            for (Credentials login : step.citus().logins()) {
                if (CitusLogins.hasRole(local, login.user())) {
                    CitusLogins.keep(local, login);
                } else {
                    missing.add(login.user());
                }
            }
        }
        return missing.isEmpty()
                ? ""
                : "this node has no role %s; create it on the coordinator"
                        .formatted(String.join(", ", missing));
    }

    /// It may be asked for on a volume that has none of that name.
    private void createDatabase() throws SQLException {
        try (Connection connection = open("postgres")) {
            Databases.create(connection, step.citus().database());
        }
    }

    private Connection open(String database) throws SQLException {
        return server.open(step.login().user(), step.login().password(), database);
    }

    private String sentence(SQLException e) {
        return named(
                ServerMessage.of(e)
                        .map(ServerMessage::text)
                        .orElseGet(() -> UpstreamFailure.of(e).sentence()));
    }

    private String named(String why) {
        return switch (step.citus()) {
            case Citus.Worker worker -> "coordinator %s: %s".formatted(worker.coordinator(), why);
            case Citus.Coordinator _, Citus.Member _, Citus.Kept _ -> why;
        };
    }
}
