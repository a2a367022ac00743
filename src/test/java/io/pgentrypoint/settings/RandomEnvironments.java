package io.pgentrypoint.settings;

import io.pgentrypoint.HostileText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Environments by chance: known names and others, with values that fit, that do not, and that mean
/// harm.
public final class RandomEnvironments {

    /// Stands in every password, so that one can be looked for.
    public static final String MARK = "s3cret";

    private static final List<String> VALUES =
            List.of(
                    "native",
                    "primary",
                    "replica",
                    "true",
                    "false",
                    "5432",
                    "0",
                    "60s",
                    "1h",
                    "/data",
                    "/etc/passwd",
                    "/dev/null",
                    "/none",
                    "admin",
                    "postgres",
                    "replicator",
                    "db1",
                    "fd00::1",
                    "10.0.0.0/8",
                    "samenet",
                    "require",
                    "verify-full",
                    "none",
                    "auto",
                    "slot_1",
                    "info",
                    "json",
                    "md5",
                    "trust",
                    "256MB",
                    "on",
                    "--data-checksums",
                    "off",
                    "minimal",
                    "10",
                    "tcp://10.0.0.1:5432",
                    "a.".repeat(50_000),
                    "9".repeat(5_000),
                    "1".repeat(20_000) + "/8",
                    ":".repeat(20_000) + "/1",
                    "md5 " + "x".repeat(50_000),
                    "'".repeat(10_001));
    private static final List<String> OTHER_NAMES =
            List.of(
                    "POSTGRES_CONF_wal_level",
                    "POSTGRES_CONF_max_wal_senders",
                    "POSTGRES_CONF_max_connections",
                    "POSTGRES_CONF_password_encryption",
                    "POSTGRES_CONF_listen_addresses",
                    "POSTGRES_CONF_a__b",
                    "POSTGRES_CONF_x$",
                    "POSTGRES_CONF_port",
                    "POSTGRES_CONF_include",
                    "POSTGRES_CONF_",
                    "REPLICATON_ROLE",
                    "PGHOST",
                    "PATH",
                    "PEER_HOSTS",
                    "PATRONI_ENABLE",
                    "CITUS_ENABLE_FILE");

    private RandomEnvironments() {}

    public static Map<String, String> of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> environment =
                switch (random.nextInt(4)) {
                    case 0 -> Environments.standalone();
                    case 1 -> Environments.primary();
                    default -> Environments.replica();
                };
        environment.replaceAll((name, value) -> name.equals("REPLICATION_PASSWORD") ? MARK : value);
        List<String> names = new ArrayList<>(OTHER_NAMES);
        for (Variable<?> variable : Variables.all()) {
            names.addAll(List.of(variable.name(), variable.name(), variable.fileName()));
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            String name = names.get(random.nextInt(names.size()));
            environment.put(name, value(name, random));
        }
        return environment;
    }

    private static String value(String name, SplittableRandom random) {
        String mark = name.endsWith("PASSWORD") ? MARK : "";
        return switch (random.nextInt(4)) {
            case 0 -> mark + HostileText.any(random);
            case 1 -> mark + HostileText.oneLine(random);
            case 2 -> "";
            default -> mark + VALUES.get(random.nextInt(VALUES.size()));
        };
    }
}
