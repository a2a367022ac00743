package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/// Another server, by TCP.
///
/// @param timeout of the connection attempt, and of each answer after it
public record RemoteServer(String host, int port, Security security, Duration timeout) {

    public Connection open(String user, Optional<Secret> password, String database)
            throws SQLException {
        return new ReplicationConnection(
                        host, port, user, password.orElse(new Secret("")), security, timeout)
                .openDatabase(database);
    }
}
