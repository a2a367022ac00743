package io.pgentrypoint.probe;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Position;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks the running server where it stands. A new connection each time: a lasting one would take a
/// slot, and keep its database from being dropped.
///
/// @param database where to ask when the database postgres was dropped
public record NodeQuery(String user, Optional<Secret> password, String database) {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String NO_SUCH_DATABASE = "3D000";

    // The timeline of a primary is in the name of its current WAL file; pg_control's may be one
    // checkpoint old.
    private static final String PRIMARY =
            """
            SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int,
                   extract(epoch FROM pg_postmaster_start_time())::float8,
                   pg_current_wal_lsn()::text,
                   current_setting('transaction_read_only') = 'off'
            """;

    // latest_end_lsn is what the upstream last announced; without a receiver there is only what
    // was received before. A commit's age is a lag only while something is left to replay: an idle
    // primary commits nothing.
    private static final String STANDBY =
            """
            SELECT coalesce(received_tli, (SELECT timeline_id FROM pg_control_checkpoint())),
                   extract(epoch FROM pg_postmaster_start_time())::float8,
                   received::text,
                   replayed::text,
                   coalesce(status, 'none'),
                   sender_host || ':' || sender_port,
                   coalesce(greatest(0, pg_wal_lsn_diff(known, replayed)), 0)::bigint,
                   CASE WHEN status IS DISTINCT FROM 'streaming' THEN NULL
                        WHEN known <= replayed THEN 0
                        ELSE greatest(0, extract(epoch FROM clock_timestamp() - replayed_commit))
                   END::float8,
                   extract(epoch FROM clock_timestamp() - last_msg_receipt_time)::float8,
                   extract(epoch FROM replayed_commit)::float8
              FROM (SELECT pg_last_wal_receive_lsn() AS received,
                           pg_last_wal_replay_lsn() AS replayed,
                           pg_last_xact_replay_timestamp() AS replayed_commit,
                           greatest(r.latest_end_lsn, pg_last_wal_receive_lsn()) AS known,
                           r.*
                      FROM (VALUES (1)) one LEFT JOIN pg_stat_wal_receiver r ON true) node
            """;

    private static final String HERE =
            """
            CASE WHEN pg_is_in_recovery()
                 THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                 ELSE pg_current_wal_lsn() END
            """;

    // Who streams from a logical slot is a subscriber and no standby; its slot is listed.
    private static final String DOWNSTREAM =
            """
            SELECT application_name, host(client_addr), coalesce(state, 'unknown'),
                   coalesce(sync_state, 'async'), replay_lsn::text,
                   greatest(0, pg_wal_lsn_diff(%s, replay_lsn))::bigint,
                   extract(epoch FROM replay_lag)::float8
              FROM pg_stat_replication r
             WHERE NOT EXISTS (SELECT FROM pg_replication_slots
                                WHERE active_pid = r.pid AND slot_type = 'logical')
             ORDER BY application_name, pid LIMIT %d
            """
                    .formatted(HERE, ServerState.MOST);

    private static final String SLOTS =
            """
            SELECT slot_name, slot_type, active, wal_status,
                   greatest(0, pg_wal_lsn_diff(%s, restart_lsn))::bigint
              FROM pg_replication_slots ORDER BY slot_name LIMIT %d
            """
                    .formatted(HERE, ServerState.MOST);

    Answer ask(LocalServer server) {
        try {
            return new Answer.State(state(server, "postgres"));
        } catch (SQLException e) {
            if (NO_SUCH_DATABASE.equals(e.getSQLState())) {
                return askElsewhere(server);
            }
            return failed(e);
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private Answer askElsewhere(LocalServer server) {
        try {
            return new Answer.State(state(server, database));
        } catch (SQLException | RuntimeException e) {
            return failed(e);
        }
    }

    private static Answer failed(Exception e) {
        return new Answer.Failed("cannot ask the server: " + e.getMessage());
    }

    private ServerState state(LocalServer server, String in) throws SQLException {
        try (Connection connection = server.openBriefly(user, password, in, LIMIT);
                Statement statement = connection.createStatement()) {
            boolean recovers;
            try (ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
                recovers = row.next() && row.getBoolean(1);
            }
            try (ResultSet row = statement.executeQuery(recovers ? STANDBY : PRIMARY)) {
                row.next();
                int timeline = row.getInt(1);
                double startedAt = row.getDouble(2);
                Position position = recovers ? standby(row) : primary(row);
                // These end the row that was just read.
                return new ServerState(
                        timeline, startedAt, position, downstream(statement), slots(statement));
            }
        }
    }

    private static Position primary(ResultSet row) throws SQLException {
        return new Primary(row.getString(3), row.getBoolean(4));
    }

    private static Position standby(ResultSet row) throws SQLException {
        return new Standby(
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getLong(7),
                number(row, 8),
                number(row, 9),
                number(row, 10));
    }

    private static List<Downstream> downstream(Statement statement) throws SQLException {
        List<Downstream> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(DOWNSTREAM)) {
            while (row.next()) {
                found.add(
                        new Downstream(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                bytes(row, 6),
                                number(row, 7)));
            }
        }
        return found;
    }

    private static List<ReplicationSlot> slots(Statement statement) throws SQLException {
        List<ReplicationSlot> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(SLOTS)) {
            while (row.next()) {
                found.add(
                        new ReplicationSlot(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getString(4),
                                bytes(row, 5)));
            }
        }
        return found;
    }

    private static @Nullable Double number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private static @Nullable Long bytes(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
