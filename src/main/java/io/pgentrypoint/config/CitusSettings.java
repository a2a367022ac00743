package io.pgentrypoint.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a server of a Citus cluster runs with.
public final class CitusSettings {

    static final String ORIGIN = "Citus";
    public static final String PRELOAD = "shared_preload_libraries";
    private static final String LIBRARY = "citus";
    private static final Set<String> OFF = Set.of("off", "false", "no", "0");
    private static final String DEFAULT_CONNECTIONS = "100";

    private CitusSettings() {}

    /// But for the preloaded libraries.
    static SortedMap<String, String> of(Map<String, String> asked) {
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("listen_addresses", "*");
        // Shards are moved by logical replication.
        settings.put("wal_level", "logical");
        // Its default asks for TLS between the nodes.
        if (OFF.contains(asked.getOrDefault("ssl", "on").strip().toLowerCase(Locale.ROOT))) {
            settings.put("citus.node_conninfo", "sslmode=prefer");
        }
        // A distributed transaction is a prepared one on each worker; twice as many as sessions,
        // since those that a crash has left are still there when the next ones come.
        String connections = asked.getOrDefault("max_connections", DEFAULT_CONNECTIONS).strip();
        if (connections.matches("[0-9]{1,6}")) {
            settings.put(
                    "max_prepared_transactions", String.valueOf(2 * Integer.parseInt(connections)));
        }
        return settings;
    }

    /// Citus refuses to be loaded after another library that has hooks (_PG_init of
    /// shared_library_init.c).
    public static String preloadedFirst(Map<String, String> asked) {
        List<String> libraries = new ArrayList<>(List.of(LIBRARY));
        for (String library : asked.getOrDefault(PRELOAD, "").split(",", -1)) {
            String name = library.strip();
            if (!name.isEmpty() && !name.equals(LIBRARY)) {
                libraries.add(name);
            }
        }
        return String.join(",", libraries);
    }
}
