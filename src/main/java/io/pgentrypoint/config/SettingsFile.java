package io.pgentrypoint.config;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The text of our settings file, which postgresql.conf includes.
public final class SettingsFile {

    private static final String HEADER =
            """
            # Written by entrypoint at each start: a change made here is lost.
            # To change a setting, set POSTGRES_CONF_<name> in the container's environment.
            # ALTER SYSTEM and arguments of the server win over this file.
            """;

    /// Those of ours that a server takes at its start only. When one of them changes in a file or
    /// goes, a reload complains, and pending_restart stays true.
    private static final Set<String> AT_START_ONLY =
            Set.of(
                    "hot_standby",
                    "listen_addresses",
                    "max_connections",
                    "max_locks_per_transaction",
                    "max_prepared_transactions",
                    "max_wal_senders",
                    "max_worker_processes",
                    "recovery_target_timeline",
                    "shared_preload_libraries",
                    "wal_level",
                    "wal_log_hints");

    private SettingsFile() {}

    public static String text(List<Setting> settings) {
        StringBuilder text = new StringBuilder(HEADER);
        settings.forEach(setting -> text.append(line(setting)));
        return text.toString();
    }

    /// For a server that runs: what takes a restart stays as it is in the present text, and changes
    /// at the next start.
    public static String whileServing(List<Setting> settings, String present) {
        SortedMap<String, String> lines = new TreeMap<>();
        for (Setting setting : settings) {
            if (!AT_START_ONLY.contains(setting.name())) {
                lines.put(setting.name(), line(setting));
            }
        }
        present.lines()
                .filter(line -> AT_START_ONLY.contains(nameIn(line)))
                .forEach(line -> lines.put(nameIn(line), line + "\n"));
        return HEADER + String.join("", lines.values());
    }

    private static String nameIn(String line) {
        int end = line.indexOf(" = ");
        return end < 0 ? "" : line.substring(0, end);
    }

    /// A setting that is added while the server runs, at the end.
    public static String line(Setting setting) {
        return "%s = %s # %s\n"
                .formatted(setting.name(), Quoting.conf(setting.value()), setting.origin());
    }
}
