package io.pgentrypoint.observe.datadir;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/// Asks a running server where it stands.
public final class StandbyStateReader {

    // A receiver that has ended has no row, and with it goes what the upstream announced. Some of
    // these functions are errors on a primary.
    private static final String QUERY =
            """
            SELECT recovers,
                   coalesce(received_tli, (SELECT timeline_id FROM pg_control_checkpoint())),
                   received::text,
                   replayed::text,
                   latest_end_lsn::text,
                   coalesce(greatest(0, pg_wal_lsn_diff(
                       greatest(received, latest_end_lsn), replayed)), 0)::bigint,
                   coalesce(status, 'none'),
                   extract(epoch FROM clock_timestamp() - last_msg_receipt_time)::float8,
                   CASE WHEN recovers THEN pg_is_wal_replay_paused() ELSE false END
                       OR (SELECT setting::bigint > 0 FROM pg_settings
                            WHERE name = 'recovery_min_apply_delay')
              FROM (SELECT pg_is_in_recovery() AS recovers,
                           pg_last_wal_receive_lsn() AS received,
                           pg_last_wal_replay_lsn() AS replayed,
                           r.*
                      FROM (VALUES (1)) one LEFT JOIN pg_stat_wal_receiver r ON true) node
            """;

    private StandbyStateReader() {}

    public static StandbyState read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            if (!row.next()) {
                throw new SQLException("the server does not say where it stands");
            }
            double silent = row.getDouble(8);
            Optional<Double> silentSeconds = row.wasNull() ? Optional.empty() : Optional.of(silent);
            return new StandbyState(
                    row.getBoolean(1),
                    row.getInt(2),
                    Optional.ofNullable(row.getString(3)),
                    Optional.ofNullable(row.getString(4)),
                    Optional.ofNullable(row.getString(5)),
                    row.getLong(6),
                    String.valueOf(row.getString(7)),
                    silentSeconds,
                    row.getBoolean(9));
        }
    }
}
