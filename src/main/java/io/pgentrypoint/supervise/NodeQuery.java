package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;

/// Asks the running server for its role.
///
/// @param mustStream whether the environment asks for a replica
public record NodeQuery(String user, Optional<Secret> password, boolean mustStream) {

    // The timeline of a primary is in the name of its current WAL file; pg_control's may be one
    // checkpoint old.
    private static final String PRIMARY =
            """
            SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int,
                   pg_current_wal_lsn()::text,
                   (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming')::int
            """;

    // latest_end_lsn is what the upstream last announced; without a receiver there is only what
    // was received before.
    private static final String STANDBY =
            """
            SELECT coalesce(r.received_tli, (SELECT timeline_id FROM pg_control_checkpoint())),
                   coalesce(pg_last_wal_replay_lsn()::text, ''),
                   r.status,
                   r.sender_host || ':' || r.sender_port,
                   greatest(0, pg_wal_lsn_diff(
                       greatest(r.latest_end_lsn, pg_last_wal_receive_lsn()),
                       pg_last_wal_replay_lsn()))::bigint,
                   (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming')::int
              FROM (VALUES (1)) one LEFT JOIN pg_stat_wal_receiver r ON true
            """;

    NodeStatus ask(LocalServer server) {
        try (Connection connection = server.open(user, password, "postgres");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(3);
            return inRecovery(statement) ? standby(statement) : primary(statement);
        } catch (SQLException e) {
            return NodeStatus.unhealthy(Phase.RUNNING, "cannot ask the server: " + e.getMessage());
        }
    }

    private static boolean inRecovery(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static NodeStatus primary(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(PRIMARY)) {
            row.next();
            return new NodeStatus(
                    running(),
                    true,
                    null,
                    "primary",
                    row.getInt(1),
                    row.getString(2),
                    null,
                    null,
                    null,
                    row.getInt(3));
        }
    }

    private NodeStatus standby(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(STANDBY)) {
            row.next();
            String receiver = row.getString(3);
            boolean streams = "streaming".equals(receiver);
            return new NodeStatus(
                    running(),
                    streams || !mustStream,
                    streams || !mustStream
                            ? null
                            : "does not stream from its primary; the server's log says why",
                    "standby",
                    row.getInt(1),
                    row.getString(2),
                    row.getString(4),
                    receiver == null ? "none" : receiver,
                    row.getLong(5),
                    row.getInt(6));
        }
    }

    private static String running() {
        return Phase.RUNNING.name().toLowerCase(Locale.ROOT);
    }
}
