package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What pg_upgrade leaves to do in the databases of the new cluster. All of it can be done twice.
public final class AfterUpgrade {

    private static final Logger LOG = LoggerFactory.getLogger(AfterUpgrade.class);

    private AfterUpgrade() {}

    /// Opens a session in a database.
    public interface Sessions {
        Connection open(String database) throws SQLException;
    }

    public static void updateExtensions(Sessions sessions) throws SQLException {
        for (String database : databases(sessions)) {
            try (Connection connection = sessions.open(database)) {
                updateExtensions(database, connection);
            }
        }
    }

    private static void updateExtensions(String database, Connection connection)
            throws SQLException {
        for (String name :
                column(
                        connection,
                        """
                        SELECT name FROM pg_catalog.pg_available_extensions
                        WHERE installed_version <> default_version ORDER BY name
                        """)) {
            String update = "ALTER EXTENSION %s UPDATE".formatted(Quoting.sqlIdentifier(name));
            try (Statement statement = connection.createStatement()) {
                statement.execute(update);
                LOG.info("Database {}: {}", database, update);
            } catch (SQLException e) {
                LOG.warn(
                        "Database {}: the extension {} stays at its version, do it by hand: {}; ({})",
                        database,
                        name,
                        update,
                        e.getMessage());
            }
        }
    }

    /// As the first stage of vacuumdb --analyze-in-stages.
    public static void estimateStatistics(Sessions sessions) throws SQLException {
        analyze(
                sessions,
                List.of(
                        "SET default_statistics_target = 1",
                        "SET vacuum_cost_delay = 0",
                        "ANALYZE"));
    }

    public static void completeStatistics(Sessions sessions) throws SQLException {
        analyze(sessions, List.of("ANALYZE"));
    }

    private static void analyze(Sessions sessions, List<String> commands) throws SQLException {
        for (String database : databases(sessions)) {
            try (Connection connection = sessions.open(database);
                    Statement statement = connection.createStatement()) {
                for (String command : commands) {
                    statement.execute(command);
                }
            }
        }
    }

    private static List<String> databases(Sessions sessions) throws SQLException {
        try (Connection connection = sessions.open("template1")) {
            return column(
                    connection,
                    "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn ORDER BY datname");
        }
    }

    private static List<String> column(Connection connection, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
