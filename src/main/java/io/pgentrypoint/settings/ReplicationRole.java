package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.Locale;

/// The values of `REPLICATION_ROLE`.
enum ReplicationRole {
    PRIMARY,
    REPLICA;

    static ReplicationRole parse(String text) throws BadValue {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            // master and slave: Bitnami's words.
            case "primary", "master" -> PRIMARY;
            case "replica", "slave" -> REPLICA;
            default ->
                    throw new BadValue(
                            "Invalid REPLICATION_ROLE: must be primary or replica",
                            "use one of them");
        };
    }
}
