package io.pgentrypoint.settings;

import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Environments for tests, and what becomes of them.
public final class Environments {

    public static final String HOST_NAME = "node-1";

    private Environments() {}

    /// A file of the tests' certificates and keys.
    public static Path tls(String name) {
        return Path.of("src/test/resources/io/pgentrypoint/tls", name).toAbsolutePath();
    }

    public static Map<String, String> standalone(String... pairs) {
        Map<String, String> environment = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return environment;
    }

    public static Map<String, String> primary(String... pairs) {
        Map<String, String> environment =
                standalone(
                        "HA_MODE", "native",
                        "REPLICATION_ROLE", "primary",
                        "REPLICATION_PASSWORD", "replpass");
        environment.putAll(standalone(pairs));
        return environment;
    }

    public static Map<String, String> replica(String... pairs) {
        Map<String, String> environment =
                primary("REPLICATION_ROLE", "replica", "PRIMARY_HOST", "db1");
        environment.putAll(standalone(pairs));
        return environment;
    }

    public static Map<String, String> patroni(String... pairs) {
        Map<String, String> environment =
                standalone(
                        "USE_PATRONI", "true",
                        "PATRONI_SCOPE", "shop",
                        "PATRONI_ETCD3_HOSTS", "etcd1:2379,etcd2:2379",
                        "POSTGRES_PASSWORD", "superpass",
                        "REPLICATION_PASSWORD", "replpass");
        environment.putAll(standalone(pairs));
        return environment;
    }

    public static Map<String, String> citus(String... pairs) {
        Map<String, String> environment =
                standalone("USE_CITUS", "true", "POSTGRES_PASSWORD", "superpass");
        environment.putAll(standalone(pairs));
        return environment;
    }

    public static Settings parse(Map<String, String> environment, String... arguments) {
        return Settings.from(environment, List.of(arguments), HOST_NAME, new ValueFiles());
    }

    /// Errors and warnings alike.
    public static List<Problem> problems(Map<String, String> environment) {
        try {
            return parse(environment).warnings();
        } catch (InvalidSettings e) {
            return e.problems();
        }
    }

    public static List<Problem> errors(Map<String, String> environment) {
        return problems(environment).stream().filter(Problem::isError).toList();
    }

    public static List<Problem> warnings(Map<String, String> environment) {
        return problems(environment).stream().filter(problem -> !problem.isError()).toList();
    }
}
