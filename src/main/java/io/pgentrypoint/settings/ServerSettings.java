package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// `POSTGRES_CONF_<name>`: any server setting. Two underscores in a row stand for a dot.
public final class ServerSettings {

    static final String PREFIX = "POSTGRES_CONF_";

    private static final String INCLUDE = "write it into postgresql.conf, which stays yours";
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "port", "set PGPORT",
                    "data_directory", "set PGDATA",
                    "primary_conninfo", "set PRIMARY_HOST and its neighbours",
                    "primary_slot_name", "set REPLICATION_SLOT",
                    "config_file", "give it as an argument: -c config_file=…",
                    "hba_file", "give it as an argument: -c hba_file=…",
                    // In a settings file these are directives, which read other files.
                    "include", INCLUDE,
                    "include_dir", INCLUDE,
                    "include_if_exists", INCLUDE);
    // guc-file.l: unlike SET, a file takes no $ in a name; one would stop the server's start.
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");
    private static final Set<String> NO_REPLICATION_AT_ALL = Set.of("0", "1");

    private ServerSettings() {}

    /// The variable that sets a server setting.
    public static String variable(String name) {
        return PREFIX + name.replace(".", "__");
    }

    /// Of these names the one that is a letter or two away.
    public static Optional<String> nearest(String name, List<String> known) {
        return UnknownNames.nearest(name, known);
    }

    static SortedMap<String, String> read(Map<String, String> raw, Environment environment) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(raw).entrySet()) {
            String variable = entry.getKey();
            if (!variable.startsWith(PREFIX) || entry.getValue().isEmpty()) {
                continue;
            }
            String name =
                    variable.substring(PREFIX.length()).replace("__", ".").toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches()) {
                environment.report(
                        Problem.error(
                                variable,
                                "",
                                "is not the name of a server setting after " + PREFIX,
                                "write the setting's name, with __ for a dot"));
            } else if (ELSEWHERE.containsKey(name)) {
                environment.report(
                        Problem.error(
                                variable,
                                "",
                                name + " is not taken from here",
                                ELSEWHERE.getOrDefault(name, "")));
            } else if (entry.getValue().indexOf('\0') >= 0) {
                environment.report(
                        Problem.error(variable, "", "must not contain a NUL byte", "remove it"));
            } else if (settings.put(name, entry.getValue()) != null) {
                environment.report(
                        Problem.error(
                                variable,
                                "",
                                "sets %s, which another spelling of it sets too".formatted(name),
                                "keep one of them"));
            }
        }
        return settings;
    }

    /// What replication cannot do without, whatever else is asked for.
    static void checkReplication(Map<String, String> settings, Environment environment) {
        refuse(
                settings,
                environment,
                "wal_level",
                Set.of("minimal"),
                "replication needs wal_level replica or logical");
        refuse(
                settings,
                environment,
                "max_wal_senders",
                NO_REPLICATION_AT_ALL,
                "a clone takes two WAL senders, each replica one more");
        refuse(
                settings,
                environment,
                "listen_addresses",
                Set.of("''"),
                "replicas could not connect");
    }

    private static void refuse(
            Map<String, String> settings,
            Environment environment,
            String name,
            Set<String> values,
            String why) {
        String value = settings.getOrDefault(name, "").strip();
        if (values.contains(value.toLowerCase(Locale.ROOT))) {
            environment.report(
                    Problem.error(
                            PREFIX + name,
                            value,
                            "cannot be used with HA_MODE=native: " + why,
                            "unset it, or set a value that allows replication"));
        }
    }
}
