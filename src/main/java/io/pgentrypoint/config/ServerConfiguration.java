package io.pgentrypoint.config;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.ServerSettings;
import io.pgentrypoint.settings.ServerTls;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which server settings this node needs, from the weakest reason to the strongest: what its mode
/// brings, what `POSTGRES_CONF_*` asks for, what a standby cannot do without.
///
/// `port` is not among them: the server reads PGPORT itself, and so do the programs that the user
/// runs beside it.
public final class ServerConfiguration {

    private static final int DEFAULT_SENDERS = 10;
    private static final Map<String, String> REPLICATION =
            Map.of(
                    "wal_level", "replica",
                    "max_wal_senders", String.valueOf(DEFAULT_SENDERS),
                    "wal_keep_size", "256MB",
                    "hot_standby", "on",
                    // pg_rewind needs it on the node that comes back.
                    "wal_log_hints", "on",
                    "password_encryption", "scram-sha-256");

    private ServerConfiguration() {}

    /// Sorted by name.
    ///
    /// @param layout of the directory that the server will run from, not of a staging one
    /// @param minimum what the cluster has run with
    /// @param major of the server that reads them
    public static List<Setting> of(
            Settings settings, Layout layout, MinimumSettings minimum, int major) {
        return of(settings, layout, minimum, Optional.empty(), major);
    }

    /// @param slots how much WAL they may keep, where the size of the volume is known
    public static List<Setting> of(
            Settings settings,
            Layout layout,
            MinimumSettings minimum,
            Optional<WalBudget> slots,
            int major) {
        SortedMap<String, Setting> found = new TreeMap<>();
        switch (settings.mode()) {
            // The image's own postgresql.conf.sample listens everywhere, as the official image's.
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary _ -> putReplication(found, "native primary", minimum, slots);
            // All that a primary has: it can be promoted, and other replicas may follow it.
            case Mode.NativeReplica replica -> {
                putReplication(found, "native replica", minimum, slots);
                putStandby(found, replica, layout, major);
            }
            // What it has in each role.
            case Mode.NativeAuto _ -> putReplication(found, "native node", minimum, slots);
            // Any member may lead; Patroni itself writes what follows a leader.
            case Mode.Patroni _ -> putReplication(found, "Patroni member", minimum, slots);
        }
        settings.tls().ifPresent(tls -> putTls(found, tls, layout));
        // Under Patroni these are its work.
        boolean citus =
                settings.citus().filter(part -> !(part instanceof Citus.Member)).isPresent();
        if (citus) {
            CitusSettings.of(settings.serverSettings())
                    .forEach((name, value) -> put(found, name, value, CitusSettings.ORIGIN));
        }
        settings.serverSettings()
                .forEach((name, value) -> put(found, name, value, ServerSettings.variable(name)));
        if (citus) {
            put(
                    found,
                    CitusSettings.PRELOAD,
                    CitusSettings.preloadedFirst(settings.serverSettings()),
                    CitusSettings.ORIGIN);
        }
        for (StandbyMinimums.TooLow tooLow : raised(settings, minimum)) {
            put(found, tooLow.name(), String.valueOf(tooLow.needed()), "pg_controldata");
        }
        return List.copyOf(found.values());
    }

    /// The standby-sensitive settings that [#of] raises, so that the user can be told.
    public static List<StandbyMinimums.TooLow> raised(Settings settings, MinimumSettings minimum) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _ -> List.of();
            case Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ ->
                    StandbyMinimums.tooLow(settings, minimum.numbers());
        };
    }

    private static void putReplication(
            SortedMap<String, Setting> found,
            String origin,
            MinimumSettings minimum,
            Optional<WalBudget> slots) {
        put(found, "listen_addresses", "*", origin);
        slots.ifPresent(budget ->
                put(found, "max_slot_wal_keep_size", budget.value(), origin + ": " + budget.why()));
        REPLICATION.forEach((name, value) -> put(found, name, value, origin));
        // Our file is read last: without this, the user's own higher value would be lowered by it.
        if (minimum.walLevel().equals("logical")) {
            put(found, "wal_level", "logical", "pg_controldata");
        }
        int senders = minimum.numbers().getOrDefault("max_wal_senders", 0);
        if (senders > DEFAULT_SENDERS) {
            put(found, "max_wal_senders", String.valueOf(senders), "pg_controldata");
        }
    }

    private static void putStandby(
            SortedMap<String, Setting> found,
            Mode.NativeReplica replica,
            Layout layout,
            int major) {
        String origin = "native replica";
        put(
                found,
                "primary_conninfo",
                UpstreamConninfo.standby(replica, layout.passFile(), major),
                origin);
        put(found, "recovery_target_timeline", "latest", origin);
        switch (replica.slot()) {
            case Slot.None none -> {}
            case Slot.Named named -> put(found, "primary_slot_name", named.name(), origin);
        }
    }

    private static void putTls(SortedMap<String, Setting> found, ServerTls tls, Layout layout) {
        boolean own = tls.pair().isEmpty();
        String certificate = own ? "TLS" : "TLS_CERT";
        put(found, "ssl", "on", certificate);
        put(found, "ssl_cert_file", layout.serverCertificate().toString(), certificate);
        put(found, "ssl_key_file", layout.serverKey().toString(), own ? "TLS" : "TLS_KEY");
        put(found, "ssl_min_protocol_version", tls.minimumVersion(), "TLS_MIN_VERSION");
        if (tls.authorities().isPresent()) {
            put(found, "ssl_ca_file", layout.clientAuthorities().toString(), "TLS_CA");
        }
    }

    private static void put(
            SortedMap<String, Setting> found, String name, String value, String origin) {
        found.put(name, new Setting(name, value, origin));
    }
}
