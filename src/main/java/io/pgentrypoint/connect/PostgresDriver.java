package io.pgentrypoint.connect;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The JDBC driver of PostgreSQL, and no other: `DriverManager` would load every driver that the
/// class path offers.
final class PostgresDriver {

    /// The driver would print some failures on stderr by itself, in a format of its own; each is in
    /// its exception too. A field, since the JDK forgets the level of a logger nobody holds.
    private static final Logger ITS_LOG = Logger.getLogger("org.postgresql");

    static {
        ITS_LOG.setLevel(Level.OFF);
    }

    private static final String REJECTED = "08004";

    private PostgresDriver() {}

    static Connection connect(String url, Map<String, String> properties) throws SQLException {
        Properties given = new Properties();
        given.putAll(properties);
        try {
            Connection connection = driver().connect(url, given);
            if (connection == null) {
                throw new SQLException("the driver does not know the URL " + url);
            }
            return connection;
        } catch (SQLException e) {
            throw withoutLogin(e)
                    ? new SQLException(
                            """
                            it lets this node in without asking for the password (trust, or a \
                            client certificate)\
                            """,
                            e.getSQLState(),
                            e)
                    : e;
        }
    }

    /// The name of the driver's property stays in every translation of its message.
    private static boolean withoutLogin(SQLException e) {
        return REJECTED.equals(e.getSQLState())
                && String.valueOf(e.getMessage()).contains("requireAuth");
    }

    /// By name, because javac cannot read the annotations of its package: their classes are only
    /// there at run time, and the warning about that would be an error.
    private static Driver driver() throws SQLException {
        try {
            return Class.forName("org.postgresql.Driver")
                    .asSubclass(Driver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the driver of PostgreSQL cannot be loaded: " + e, e);
        }
    }
}
