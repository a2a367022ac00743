package io.pgentrypoint.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Server settings as Patroni divides them: those that all members must have alike live in its
/// store, and it ignores them in the configuration of one member (`CMDLINE_OPTIONS`).
record SharedSettings(
        String listenAddresses,
        SortedMap<String, Object> ofAllMembers,
        SortedMap<String, Object> ofOneMember) {

    private static final Set<String> SHARED =
            Set.of(
                    "wal_level",
                    "hot_standby",
                    "max_connections",
                    "max_wal_senders",
                    "max_prepared_transactions",
                    "max_locks_per_transaction",
                    "max_replication_slots",
                    "max_worker_processes",
                    "track_commit_timestamp",
                    "wal_log_hints",
                    "wal_keep_size",
                    "wal_keep_segments");

    /// What a member waits before it asks again for WAL; the default of five seconds is what a
    /// member that joins would wait for its slot.
    private static final Map<String, Object> DEFAULTS = Map.of("wal_retrieve_retry_interval", "1s");

    static SharedSettings of(List<Setting> settings) {
        SortedMap<String, Object> all = new TreeMap<>();
        SortedMap<String, Object> one = new TreeMap<>(DEFAULTS);
        String listen = "*";
        for (Setting setting : settings) {
            if (setting.name().equals("listen_addresses")) {
                listen = setting.value();
            } else {
                (SHARED.contains(setting.name()) ? all : one).put(setting.name(), setting.value());
            }
        }
        return new SharedSettings(listen, all, one);
    }
}
