package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;

/// Our own server, by its Unix socket.
public record LocalServer(Path socketDirectory, int port) {

    private static final String SECONDS_TO_CONNECT = "5";
    private static final String SECONDS_TO_LOG_IN = "10";

    public Path socketFile() {
        return socketDirectory.resolve(".s.PGSQL." + port);
    }

    /// Connects and logs in, or gives up within ten seconds. Statements are not limited: a
    /// checkpoint or a promotion takes what it takes, and a server that dies ends the connection.
    public Connection open(String user, Optional<Secret> password, String database)
            throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        password.ifPresent(given -> PGProperty.PASSWORD.set(properties, given.reveal()));
        PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
        PGProperty.SOCKET_FACTORY_ARG.set(properties, socketFile().toString());
        PGProperty.SSL_MODE.set(properties, "disable");
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.APPLICATION_NAME.set(properties, "entrypoint");
        PGProperty.CONNECT_TIMEOUT.set(properties, SECONDS_TO_CONNECT);
        PGProperty.LOGIN_TIMEOUT.set(properties, SECONDS_TO_LOG_IN);
        // An address, not a name: no resolver is asked for a host that plays no part.
        String url =
                "jdbc:postgresql://127.0.0.1:"
                        + port
                        + "/"
                        + URLEncoder.encode(database, StandardCharsets.UTF_8);
        try {
            // Not by DriverManager: it would load every driver that the class path offers.
            Connection connection = new Driver().connect(url, properties);
            if (connection == null) {
                throw new SQLException("the driver does not know " + url);
            }
            return connection;
        } catch (PSQLException e) {
            throw explained(e);
        }
    }

    /// The driver speaks of 127.0.0.1 and TCP; what happened is in the cause.
    private SQLException explained(PSQLException e) {
        Throwable root = rootOf(e);
        if (e.getServerErrorMessage() != null || root == e) {
            return e;
        }
        return new SQLException(
                "cannot connect to the server at " + socketFile() + ": " + root.getMessage(),
                e.getSQLState(),
                e);
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
