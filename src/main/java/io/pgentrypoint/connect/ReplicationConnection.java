package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/// A server by TCP, spoken to in the replication protocol. One such connection proves at once what
/// a WAL receiver needs: the name, the route, TLS, the password, the HBA rule, the role, and a free
/// WAL sender.
///
/// @param timeout of the connection attempt, and of each answer after it
public record ReplicationConnection(
        String host, int port, String user, Secret password, Security security, Duration timeout) {

    public Connection open() throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password.reveal());
        PGProperty.REPLICATION.set(properties, "true");
        // Without it the driver leaves `replication` out of the startup packet, in silence, and an
        // ordinary session comes back. 13 is the oldest server there is for us.
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "13");
        // A WAL sender refuses the extended query protocol.
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, "entrypoint");
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds());
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds());
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds());
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, String.valueOf(timeout.toMillis()));
        security.addTo(properties);
        Connection connection = new Driver().connect(url(), properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + url());
        }
        return connection;
    }

    /// A WAL sender of physical replication has no database; the driver wants one to be named.
    private String url() {
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "jdbc:postgresql://" + literal + ":" + port + "/replication";
    }

    /// Whole seconds, which are all that the driver takes; 0 would mean for ever.
    private String seconds() {
        return String.valueOf(Math.max(1, timeout.plusMillis(999).toSeconds()));
    }
}
