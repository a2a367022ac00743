package io.pgentrypoint.settings;

import java.util.Locale;

/// The replication slot of a standby on its upstream.
public sealed interface Slot {

    /// No slot: the upstream keeps `wal_keep_size` and no more.
    record None() implements Slot {}

    record Named(String name) implements Slot {}

    static Slot parse(String text, String replicaName) throws BadValue {
        return switch (text) {
            case "none" -> new None();
            case "auto" -> new Named(derived(replicaName));
            default -> {
                // ReplicationSlotValidateName: lower case letters, digits, underscore; 63 bytes
                if (!text.matches("[a-z0-9_]{1,63}")) {
                    throw new BadValue(
                            "must be none, auto, or a slot name: lower case letters, digits and"
                                    + " underscores, at most 63",
                            "rename it, or use auto");
                }
                yield new Named(text);
            }
        };
    }

    private static String derived(String replicaName) throws BadValue {
        if (replicaName.isEmpty()) {
            throw new BadValue("auto needs a name to start from", "set REPLICA_NAME");
        }
        String name = replicaName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return name.substring(0, Math.min(63, name.length()));
    }
}
