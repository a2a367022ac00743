package io.pgentrypoint.render;

import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Mode;
import java.util.List;
import java.util.stream.Collectors;

/// The password file of a replica: one line, for this upstream and this role only.
public final class PassFile {

    private PassFile() {}

    /// libpq compares the fields with host, port, dbname and user of the connection string as they
    /// are written there. For a physical replication connection, the WAL receiver and pg_basebackup
    /// both name the database `replication`.
    public static Secret text(Mode.NativeReplica replica) {
        List<String> fields =
                List.of(
                        replica.primary().host(),
                        String.valueOf(replica.primary().port()),
                        "replication",
                        replica.replication().user(),
                        replica.replication().password().reveal());
        return new Secret(
                fields.stream().map(Quoting::passFile).collect(Collectors.joining(":")) + "\n");
    }
}
