package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.Locale;

/// The values of `REPLICATION_ROLE`.
enum ReplicationRole {
    PRIMARY,
    REPLICA,
    /// Decided at each start, from the volumes of all nodes.
    AUTO;

    static ReplicationRole parse(String text) throws BadValue {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            // master and slave: Bitnami's words.
            case "primary", "master" -> PRIMARY;
            case "replica", "slave" -> REPLICA;
            case "auto" -> AUTO;
            default ->
                    throw new BadValue(
                            "Invalid REPLICATION_ROLE: must be primary, replica or auto",
                            "use one of them");
        };
    }
}
