package io.pgentrypoint.settings.mode;

import io.pgentrypoint.report.BadValue;
import java.util.Locale;
import java.util.Optional;

/// The replication slot of a standby on its upstream.
public sealed interface Slot {

    String AUTO = "auto";

    /// No slot: the upstream keeps `wal_keep_size` and no more.
    record None() implements Slot {}

    record Named(String name) implements Slot {}

    /// How the upstream calls it.
    default Optional<String> given() {
        return switch (this) {
            case None() -> Optional.empty();
            case Named(String name) -> Optional.of(name);
        };
    }

    static Slot parse(String text, String replicaName) throws BadValue {
        return switch (text) {
            case "none" -> new None();
            case AUTO -> {
                if (replicaName.isEmpty()) {
                    throw new BadValue("auto needs a name to start from", "set REPLICA_NAME");
                }
                yield after(replicaName);
            }
            default -> {
                // ReplicationSlotValidateName: lower case letters, digits, underscore; 63 bytes
                if (!text.matches("[a-z0-9_]{1,63}")) {
                    throw new BadValue(
                            """
                            must be none, auto, or a slot name: lower case letters, \
                            digits and underscores, at most 63\
                            """,
                            "rename it, or use auto");
                }
                yield new Named(text);
            }
        };
    }

    /// Named after its replica.
    static Slot after(String replicaName) {
        String name = replicaName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return new Named(name.substring(0, Math.min(63, name.length())));
    }
}
