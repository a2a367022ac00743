package io.pgentrypoint.probe;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.probe.ServerState.Archiver;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Position;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Replay;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
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
final class NodeQuery {

    static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final Duration LIMIT = Duration.ofSeconds(2);

    // Others are shown a process id of the receiver and nothing more.
    private static final String RECOVERS =
            """
            SELECT pg_is_in_recovery(), pg_has_role('pg_read_all_stats', 'USAGE')
            """;

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
    // primary commits nothing. What one of them is not known of is NULL, and not 0: greatest(0,
    // NULL) would be.
    private static final String STANDBY =
            """
            SELECT coalesce(received_tli, (SELECT timeline_id FROM pg_control_checkpoint())),
                   extract(epoch FROM pg_postmaster_start_time())::float8,
                   received::text,
                   replayed::text,
                   coalesce(status, 'none'),
                   sender_host || ':' || sender_port,
                   pg_wal_lsn_diff(known, replayed)::bigint,
                   CASE WHEN status IS DISTINCT FROM 'streaming' THEN NULL
                        WHEN known <= replayed THEN 0
                        ELSE extract(epoch FROM clock_timestamp() - replayed_commit)
                   END::float8,
                   extract(epoch FROM clock_timestamp() - last_msg_receipt_time)::float8,
                   extract(epoch FROM replayed_commit)::float8,
                   pg_is_wal_replay_paused(),
                   nullif(current_setting('recovery_min_apply_delay'), '0')
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
                   coalesce(sync_state, 'async'), s.slot_name, replay_lsn::text,
                   pg_wal_lsn_diff(%s, replay_lsn)::bigint,
                   extract(epoch FROM replay_lag)::float8
              FROM pg_stat_replication r
                   LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
             WHERE s.slot_type IS DISTINCT FROM 'logical'
             ORDER BY application_name, r.pid LIMIT %d
            """
                    .formatted(HERE, ServerState.MOST);

    private static final String SLOTS =
            """
            SELECT slot_name, slot_type, active, wal_status,
                   pg_wal_lsn_diff(%s, restart_lsn)::bigint
              FROM pg_replication_slots ORDER BY slot_name LIMIT %d
            """
                    .formatted(HERE, ServerState.MOST);

    // archive_mode=on archives nothing in recovery.
    private static final String ARCHIVER =
            """
            SELECT archived_count, failed_count,
                   coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
                   last_failed_wal, extract(epoch FROM last_failed_time)::float8
              FROM pg_stat_archiver
             WHERE current_setting('archive_mode') = 'always'
                OR (current_setting('archive_mode') = 'on' AND NOT pg_is_in_recovery())
            """;

    private NodeQuery() {}

    /// @throws SQLException also when this user may not see what is asked for
    static ServerState ask(LocalServer server, Login login, String database) throws SQLException {
        try (Connection connection =
                        server.openBriefly(login.user(), login.password(), database, LIMIT);
                Statement statement = connection.createStatement()) {
            boolean recovers = recovers(statement, login.user());
            try (ResultSet row = statement.executeQuery(recovers ? STANDBY : PRIMARY)) {
                row.next();
                int timeline = row.getInt(1);
                double startedAt = row.getDouble(2);
                Position position = recovers ? standby(row) : primary(row);
                // These end the row that was just read.
                return new ServerState(
                        timeline,
                        startedAt,
                        position,
                        downstream(statement),
                        slots(statement),
                        archiver(statement));
            }
        }
    }

    private static boolean recovers(Statement statement, String user) throws SQLException {
        try (ResultSet row = statement.executeQuery(RECOVERS)) {
            row.next();
            if (!row.getBoolean(2)) {
                throw new SQLException(
                        "role \"%s\" is no member of pg_read_all_stats".formatted(user),
                        INSUFFICIENT_PRIVILEGE);
            }
            return row.getBoolean(1);
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
                new Replay(bytes(row, 7), number(row, 8), row.getBoolean(11), row.getString(12)),
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
                                row.getString(6),
                                bytes(row, 7),
                                number(row, 8)));
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

    private static Optional<Archiver> archiver(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(ARCHIVER)) {
            return row.next()
                    ? Optional.of(
                            new Archiver(
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getBoolean(3),
                                    row.getString(4),
                                    number(row, 5)))
                    : Optional.empty();
        }
    }

    private static @Nullable Double number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : Math.max(0, value);
    }

    private static @Nullable Long bytes(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Math.max(0, value);
    }
}
