package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.RemoteServer;
import io.pgentrypoint.connect.Security;
import io.pgentrypoint.execute.sql.CitusNodes.Change;
import io.pgentrypoint.execute.sql.CitusNodes.Node;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.settings.mode.Citus;
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
/// not right, so that it may be tried again and again.
final class CitusRegistration {

    private static final Logger LOG = LoggerFactory.getLogger(CitusRegistration.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// It is the superuser's password: it is never sent in clear text.
    private static final Security SECURITY =
            new Security(
                    "prefer",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("scram-sha-256", "md5", "none"),
                    false);

    private CitusRegistration() {}

    /// One attempt.
    ///
    /// @throws SQLException when this server or another node cannot do its part now
    /// @throws IllegalStateException when the coordinator has another node in this one's place
    static void register(Live.JoinCitus step, Connection local) throws SQLException {
        switch (step.citus()) {
            case Citus.Coordinator coordinator ->
                    coordinate(local, coordinator.host(), step.port());
            case Citus.Worker worker -> work(step, worker, local);
            // Patroni registers its members, and what was registered once stays so.
            case Citus.Member _, Citus.Kept _ -> {}
        }
    }

    private static void coordinate(Connection local, String host, int port) throws SQLException {
        boolean right =
                nodes(local).stream().anyMatch(node -> node.group() == 0 && node.isAt(host, port));
        if (!right) {
            call(local, "SELECT pg_catalog.citus_set_coordinator_host(?, ?)", host, port);
        }
        List<Node> known = nodes(local);
        boolean shardless = known.stream().noneMatch(Node::shards);
        if (CitusNodes.isAlone(known) && shardless) {
            holdShards(local, host, port, true);
            LOG.info("Citus: the coordinator holds the shards until the first worker registers");
        }
        LOG.info("Citus: the coordinator is {}:{}{}", host, port, right ? " already" : "");
    }

    private static void work(Live.JoinCitus step, Citus.Worker worker, Connection local)
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
        try (Connection remote =
                coordinator.open(step.login().user(), step.login().password(), worker.database())) {
            List<Node> known = nodes(remote);
            change(
                    remote,
                    known,
                    CitusNodes.toRegister(known, group, itself, worker.host(), step.port()),
                    worker,
                    step.port());
        }
    }

    private static void change(
            Connection remote, List<Node> known, Change change, Citus.Worker worker, int port)
            throws SQLException {
        switch (change) {
            case Change.Nothing() ->
                    LOG.info("Citus: {} knows this worker already", worker.coordinator());
            case Change.Add() -> {
                add(remote, known, worker.host(), port);
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
                            "%s; look at pg_dist_node on %s, and remove there what is gone for ever (citus_remove_node)"
                                    .formatted(why, worker.coordinator()));
        }
    }

    /// In one transaction: a coordinator that was relieved by halves would be taken for the user's
    /// choice later.
    private static void add(Connection remote, List<Node> known, String host, int port)
            throws SQLException {
        remote.setAutoCommit(false);
        call(remote, "SELECT pg_catalog.citus_add_node(?, ?)", host, port);
        Optional<Node> relieved = CitusNodes.relieved(known);
        if (relieved.isPresent()) {
            holdShards(remote, relieved.get().host(), relieved.get().port(), false);
        }
        remote.commit();
        remote.setAutoCommit(true);
    }

    private static void holdShards(Connection connection, String host, int port, boolean shards)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "SELECT pg_catalog.citus_set_node_property(?, ?, 'shouldhaveshards', ?)")) {
            statement.setString(1, host);
            statement.setInt(2, port);
            statement.setBoolean(3, shards);
            statement.executeQuery().close();
        }
    }

    private static List<Node> nodes(Connection connection) throws SQLException {
        List<Node> nodes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT nodeid, groupid, nodename, nodeport, isactive, shouldhaveshards
                                FROM pg_catalog.pg_dist_node WHERE noderole = 'primary' ORDER BY nodeid
                                """)) {
            while (row.next()) {
                nodes.add(
                        new Node(
                                row.getInt(1),
                                row.getInt(2),
                                row.getString(3),
                                row.getInt(4),
                                row.getBoolean(5),
                                row.getBoolean(6)));
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
