package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.StopRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A checkpoint while the sessions still work, so that the one of the shutdown, for which they are
/// all gone, has little left to write.
final class LastCheckpoint {

    private static final Logger LOG = LoggerFactory.getLogger(LastCheckpoint.class);

    private static final Duration POLL = Duration.ofMillis(5);
    private static final long LONGEST_GOODBYE_NANOS = 500_000_000;

    private static final String BEHIND =
            """
            SELECT CASE WHEN EXISTS (SELECT FROM pg_replication_slots
                                      WHERE active_pid = r.pid AND slot_type = 'logical')
                        THEN 'Logical subscriber' ELSE 'Replica' END,
                   coalesce(nullif(application_name, ''), usename::text),
                   pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), flush_lsn))
              FROM pg_stat_replication r
             WHERE pg_wal_lsn_diff(pg_current_wal_flush_lsn(), flush_lsn) > 0
            """;

    private LastCheckpoint() {}

    /// On a primary: a standby's restart point can be no newer than its primary's checkpoint.
    static void make(LocalServer server, Login login) {
        try {
            awaitEnd(session(server, login));
        } catch (SQLException e) {
            LOG.info("No checkpoint before the shutdown: {}", e.getMessage());
        }
    }

    /// @return the server's process for this session
    private static long session(LocalServer server, Login login) throws SQLException {
        try (Connection connection = login.open(server, "postgres");
                Statement statement = connection.createStatement()) {
            long process;
            boolean standby;
            try (ResultSet row =
                    statement.executeQuery("SELECT pg_backend_pid(), pg_is_in_recovery()")) {
                row.next();
                process = row.getLong(1);
                standby = row.getBoolean(2);
            }
            if (!standby) {
                long start = System.nanoTime();
                statement.execute("CHECKPOINT");
                LOG.info("Checkpoint written in {} ms", (System.nanoTime() - start) / 1_000_000);
                sayWhoIsBehind(statement);
            }
            return process;
        }
    }

    /// A fast shutdown ends when these have received everything.
    private static void sayWhoIsBehind(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(BEHIND)) {
            while (rows.next()) {
                LOG.info(
                        "{} {} is {} behind",
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3));
            }
        }
    }

    /// A shutdown that found our own session would log an error about it.
    private static void awaitEnd(long process) {
        long end = System.nanoTime() + LONGEST_GOODBYE_NANOS;
        while (ProcessTree.alive(process) && System.nanoTime() - end < 0) {
            new StopRequest().pause(POLL);
        }
    }
}
