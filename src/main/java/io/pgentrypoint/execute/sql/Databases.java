package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Databases of a cluster.
public final class Databases {

    private Databases() {}

    /// A standby has what its primary has, which says it itself.
    static boolean isMissing(Connection connection, String name) throws SQLException {
        String query =
                """
                SELECT NOT pg_catalog.pg_is_in_recovery()
                       AND NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = %s)
                """
                        .formatted(Quoting.sqlLiteral(name));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /// Does nothing where it exists already.
    public static void create(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean exists;
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT FROM pg_catalog.pg_database WHERE datname = %s"
                                    .formatted(Quoting.sqlLiteral(name)))) {
                exists = row.next();
            }
            if (!exists) {
                statement.execute("CREATE DATABASE " + Quoting.sqlIdentifier(name));
            }
        }
    }
}
