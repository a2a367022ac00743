package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// A server by TCP, spoken to in the replication protocol. One such connection proves at once what
/// a WAL receiver needs: the name, the route, TLS, the password, the HBA rule, the role, and a free
/// WAL sender.
///
/// @param timeout of the connection attempt, and of each answer after it
public record ReplicationConnection(
        String host, int port, String user, Secret password, Security security, Duration timeout) {

    public Connection open() throws SQLException {
        return open("entrypoint");
    }

    /// @param name by which the server knows this session
    public Connection open(String name) throws SQLException {
        Map<String, String> properties = login();
        properties.put("ApplicationName", name);
        properties.put("replication", "true");
        // Without it the driver leaves `replication` out of the startup packet, in silence, and an
        // ordinary session comes back. 13 is the oldest server there is for us.
        properties.put("assumeMinServerVersion", "13");
        // A WAL sender refuses the extended query protocol.
        properties.put("preferQueryMode", "simple");
        // A WAL sender of physical replication has no database; the driver wants one to be named.
        return PostgresDriver.connect(url("replication"), properties);
    }

    /// An ordinary session of the same role.
    public Connection openDatabase(String database) throws SQLException {
        return PostgresDriver.connect(url(database), login());
    }

    private Map<String, String> login() throws SQLException {
        Map<String, String> properties = new TreeMap<>(security.properties());
        properties.put("user", user);
        properties.put("password", password.reveal());
        properties.put("ApplicationName", "entrypoint");
        properties.put("gssEncMode", "disable");
        // Many times the longest history file; the heap of PID 1 is small.
        properties.put("maxResultBuffer", "2M");
        properties.put("connectTimeout", seconds());
        properties.put("loginTimeout", seconds());
        properties.put("socketTimeout", seconds());
        properties.put("sslResponseTimeout", String.valueOf(timeout.toMillis()));
        return properties;
    }

    private String url(String database) {
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "jdbc:postgresql://"
                + literal
                + ":"
                + port
                + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /// Whole seconds, which are all that the driver takes; 0 would mean for ever.
    private String seconds() {
        return String.valueOf(Math.max(1, timeout.plusMillis(999).toSeconds()));
    }
}
