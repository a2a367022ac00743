package io.pgentrypoint.config;

import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.stream.Collectors;

/// The password file of a replica: for this upstream and this role only.
public final class PassFile {

    private PassFile() {}

    /// Of ordinary sessions: pg_rewind reads the primary's files there, and a standby the state of
    /// its failover slots.
    static final String DATABASE = "postgres";

    /// libpq compares the fields with host, port, dbname and user of the connection string as they
    /// are written there. For a physical replication connection, the WAL receiver and pg_basebackup
    /// both name the database `replication`.
    public static Secret text(UpstreamServer server) {
        return new Secret(line(server, "replication") + line(server, DATABASE));
    }

    private static String line(UpstreamServer server, String database) {
        List<String> fields =
                List.of(
                        server.address().host(),
                        String.valueOf(server.address().port()),
                        database,
                        server.replication().user(),
                        server.replication().password().reveal());
        return fields.stream().map(Quoting::passFile).collect(Collectors.joining(":")) + "\n";
    }
}
