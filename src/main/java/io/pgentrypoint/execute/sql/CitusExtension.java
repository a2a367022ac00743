package io.pgentrypoint.execute.sql;

import io.pgentrypoint.settings.mode.Credentials;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The extension in the database of the distributed tables.
public final class CitusExtension {

    /// Written by its creation into postgresql.auto.conf, where they win over the environment
    /// (citus_setup_ssl).
    private static final List<String> WRITES = List.of("ssl", "ssl_ciphers");

    private CitusExtension() {}

    /// @param login with which password a role logs in to the other nodes
    public static void create(
            Connection connection, Map<String, String> asked, Optional<Credentials> login)
            throws SQLException {
        create(connection, asked);
        if (login.isPresent()) {
            CitusLogins.keep(connection, login.get());
        }
    }

    /// Does nothing where it exists already.
    ///
    /// @param asked the server settings of the environment
    static void create(Connection connection, Map<String, String> asked) throws SQLException {
        if (exists(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION citus");
            List<String> wrong = WRITES.stream().filter(asked::containsKey).toList();
            for (String name : wrong) {
                statement.execute("ALTER SYSTEM RESET " + name);
            }
            if (!wrong.isEmpty()) {
                statement.execute("SELECT pg_catalog.pg_reload_conf()");
            }
        }
    }

    static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus'")) {
            return row.next();
        }
    }
}
