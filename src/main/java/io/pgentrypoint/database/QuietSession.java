package io.pgentrypoint.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// A transaction whose statements no log holds, and which waits for no standby.
final class QuietSession {

    // A lone primary with synchronous_standby_names set must not wait for a standby that cannot log
    // in yet.
    private static final List<String> QUIET =
            List.of(
                    "SET LOCAL log_statement = 'none'",
                    "SET LOCAL log_min_duration_statement = -1",
                    "SET LOCAL log_min_duration_sample = -1",
                    "SET LOCAL log_min_error_statement = 'panic'",
                    "SET LOCAL log_duration = off",
                    "SET LOCAL synchronous_commit = 'local'");

    private QuietSession() {}

    static void begin(Connection connection, Statement statement) throws SQLException {
        // Drawn when a transaction begins, so it cannot wait for ours.
        statement.execute("SET log_transaction_sample_rate = 0");
        connection.setAutoCommit(false);
        for (String setting : QUIET) {
            statement.execute(setting);
        }
    }
}
