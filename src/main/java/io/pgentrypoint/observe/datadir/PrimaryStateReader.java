package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.wal.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Asks a running server where it stands, and who receives from it.
public final class PrimaryStateReader {

    // On a standby pg_current_wal_flush_lsn is an error, and the control file may have an older
    // timeline than the one that it receives.
    private static final String STATE =
            """
            SELECT NOT pg_is_in_recovery(),
                   coalesce((SELECT received_tli FROM pg_stat_wal_receiver),
                            (SELECT timeline_id FROM pg_control_checkpoint())),
                   CASE WHEN pg_is_in_recovery()
                        THEN coalesce(greatest(pg_last_wal_receive_lsn(),
                                               pg_last_wal_replay_lsn()), '0/0')::text
                        ELSE pg_current_wal_flush_lsn()::text END
            """;

    private static final String RECEIVERS =
            """
            SELECT application_name, coalesce(state, ''),
                   coalesce(extract(epoch FROM clock_timestamp() - reply_time), 0)::float8
              FROM pg_stat_replication ORDER BY application_name, pid
            """;

    private PrimaryStateReader() {}

    public static PrimaryState read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<PrimaryState.Receiver> receivers = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(RECEIVERS)) {
                while (row.next()) {
                    receivers.add(
                            new PrimaryState.Receiver(
                                    String.valueOf(row.getString(1)),
                                    String.valueOf(row.getString(2)),
                                    row.getDouble(3)));
                }
            }
            try (ResultSet row = statement.executeQuery(STATE)) {
                if (!row.next()) {
                    throw new SQLException("the server does not say where it stands");
                }
                return new PrimaryState(
                        row.getBoolean(1),
                        row.getInt(2),
                        Lsn.parse(String.valueOf(row.getString(3))),
                        receivers);
            }
        }
    }
}
