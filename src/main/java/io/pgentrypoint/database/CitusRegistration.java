package io.pgentrypoint.database;

import io.pgentrypoint.connect.RemoteServer;
import io.pgentrypoint.connect.Security;
import io.pgentrypoint.database.CitusNodes.Change;
import io.pgentrypoint.database.CitusNodes.Node;
import io.pgentrypoint.mode.Citus;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.render.Quoting;
import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a running server a node of its Citus cluster. Each part looks first and changes what is
/// not right, so that every start may do all of it.
public final class CitusRegistration {

    private static final Logger LOG = LoggerFactory.getLogger(CitusRegistration.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// It is the superuser's password: it is not sent in clear text, whoever asks for it.
    private static final Security SECURITY =
            new Security(
                    "prefer",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("scram-sha-256", "md5", "none"),
                    false);

    private CitusRegistration() {}

    public static void createExtension(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS citus");
        }
    }

    /// On the running server.
    static void join(Step.JoinCitus step, Connection local, StopRequest stop) throws SQLException {
        createExtension(local);
        step.login().password().ifPresent(password -> keepPassword(step, local, password));
        switch (step.citus()) {
            case Citus.Coordinator coordinator ->
                    coordinate(local, coordinator.host(), step.port());
            case Citus.Worker worker -> register(step, worker, local, stop);
            case Citus.Member _ -> throw new IllegalStateException("Patroni registers its members");
        }
    }

    /// Citus's own place for it: readable by superusers only, and used for its connections alone. A
    /// password file would be every session's of this server.
    private static void keepPassword(Step.JoinCitus step, Connection local, Secret password) {
        String authinfo = "password=" + Quoting.conninfo(password.reveal());
        try (Statement statement = local.createStatement()) {
            QuietSession.begin(local, statement);
            try {
                if (!authinfo.equals(authinfo(local, step.login().user()))) {
                    writeAuthinfo(local, step.login().user(), authinfo);
                    LOG.info("Citus: the nodes' password is the environment's now");
                }
                local.commit();
            } finally {
                local.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the password for the other nodes cannot be kept: " + e.getMessage(), e);
        }
    }

    private static String authinfo(Connection local, String user) throws SQLException {
        try (PreparedStatement query =
                local.prepareStatement(
                        "SELECT authinfo FROM pg_catalog.pg_dist_authinfo"
                                + " WHERE nodeid = 0 AND rolename = ?::name")) {
            query.setString(1, user);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private static void writeAuthinfo(Connection local, String user, String authinfo)
            throws SQLException {
        try (PreparedStatement delete =
                        local.prepareStatement(
                                "DELETE FROM pg_catalog.pg_dist_authinfo"
                                        + " WHERE nodeid = 0 AND rolename = ?::name");
                PreparedStatement insert =
                        local.prepareStatement(
                                "INSERT INTO pg_catalog.pg_dist_authinfo (nodeid, rolename, authinfo)"
                                        + " VALUES (0, ?::name, ?)")) {
            delete.setString(1, user);
            delete.executeUpdate();
            insert.setString(1, user);
            insert.setString(2, authinfo);
            insert.executeUpdate();
        }
    }

    private static void coordinate(Connection local, String host, int port) throws SQLException {
        boolean right =
                nodes(local).stream().anyMatch(node -> node.group() == 0 && node.isAt(host, port));
        if (right) {
            LOG.info("Citus: the coordinator is {}:{} already", host, port);
            return;
        }
        call(local, "SELECT pg_catalog.citus_set_coordinator_host(?, ?)", host, port);
        LOG.info("Citus: the coordinator is {}:{}", host, port);
    }

    /// Until the coordinator answers: it may be started last.
    private static void register(
            Step.JoinCitus step, Citus.Worker worker, Connection local, StopRequest stop)
            throws SQLException {
        Optional<Integer> group = group(local);
        Optional<Node> itself =
                nodes(local).stream()
                        .filter(node -> group.equals(Optional.of(node.group())))
                        .findFirst();
        RemoteServer coordinator =
                new RemoteServer(
                        worker.coordinator().host(),
                        worker.coordinator().port(),
                        SECURITY,
                        TIMEOUT);
        long end = System.nanoTime() + worker.patience().toNanos();
        boolean said = false;
        while (true) {
            try (Connection remote =
                    coordinator.open(
                            step.login().user(), step.login().password(), worker.database())) {
                change(
                        remote,
                        CitusNodes.toRegister(
                                nodes(remote), group, itself, worker.host(), step.port()),
                        worker,
                        step.port());
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                if (!said) {
                    said = true;
                    LOG.warn(
                            "Citus: waiting for the coordinator {}, at most {} s (PRIMARY_WAIT): {}",
                            worker.coordinator(),
                            worker.patience().toSeconds(),
                            e.getMessage());
                }
            }
            stop.pause(PAUSE);
        }
    }

    private static void change(Connection remote, Change change, Citus.Worker worker, int port)
            throws SQLException {
        switch (change) {
            case Change.Nothing() ->
                    LOG.info("Citus: {} knows this worker already", worker.coordinator());
            case Change.Add() -> {
                call(remote, "SELECT pg_catalog.citus_add_node(?, ?)", worker.host(), port);
                LOG.info(
                        "Citus: registered at {} as the worker {}:{}",
                        worker.coordinator(),
                        worker.host(),
                        port);
            }
            case Change.Activate(int id) -> {
                call(remote, "SELECT pg_catalog.citus_activate_node(?, ?)", worker.host(), port);
                LOG.info("Citus: activated node {} at {}", id, worker.coordinator());
            }
            case Change.Move(Node from) -> {
                try (PreparedStatement statement =
                        remote.prepareStatement("SELECT pg_catalog.citus_update_node(?, ?, ?)")) {
                    statement.setInt(1, from.id());
                    statement.setString(2, worker.host());
                    statement.setInt(3, port);
                    statement.executeQuery().close();
                }
                LOG.info(
                        "Citus: {} has this worker at {}:{} now, no longer at {}:{}",
                        worker.coordinator(),
                        worker.host(),
                        port,
                        from.host(),
                        from.port());
            }
            case Change.Impossible(String why) ->
                    throw new IllegalStateException(
                            why
                                    + "; look at pg_dist_node on "
                                    + worker.coordinator()
                                    + ", and remove there what is gone for ever (citus_remove_node)");
        }
    }

    private static List<Node> nodes(Connection connection) throws SQLException {
        List<Node> nodes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT nodeid, groupid, nodename, nodeport, isactive"
                                        + " FROM pg_catalog.pg_dist_node"
                                        + " WHERE noderole = 'primary' ORDER BY nodeid")) {
            while (row.next()) {
                nodes.add(
                        new Node(
                                row.getInt(1),
                                row.getInt(2),
                                row.getString(3),
                                row.getInt(4),
                                row.getBoolean(5)));
            }
        }
        return nodes;
    }

    /// 0 is the coordinator's and also what a node has that belongs to none.
    private static Optional<Integer> group(Connection local) throws SQLException {
        try (Statement statement = local.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT groupid FROM pg_catalog.pg_dist_local_group")) {
            return row.next()
                    ? Optional.of(row.getInt(1)).filter(found -> found > 0)
                    : Optional.empty();
        }
    }

    private static void call(Connection connection, String sql, String host, int port)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, host);
            statement.setInt(2, port);
            statement.executeQuery().close();
        }
    }
}
