package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// Who we are to our own server; where it trusts its socket, no password is needed.
public record Login(String user, Optional<Secret> password) {

    public Connection open(LocalServer server, String database) throws SQLException {
        return server.open(user, password, database);
    }
}
