package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What users of other images bring along and what is more than another name: a switch that means
/// one of our values, a variable for one server setting. (A name that means the same is an alias of
/// its [Variable].) None of it wins over a name of ours.
final class OtherImages {

    /// Bitnami's variables for one server setting each.
    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("POSTGRESQL_MAX_CONNECTIONS", "max_connections"),
                    Map.entry("POSTGRESQL_STATEMENT_TIMEOUT", "statement_timeout"),
                    Map.entry("POSTGRESQL_TCP_KEEPALIVES_IDLE", "tcp_keepalives_idle"),
                    Map.entry("POSTGRESQL_TCP_KEEPALIVES_INTERVAL", "tcp_keepalives_interval"),
                    Map.entry("POSTGRESQL_TCP_KEEPALIVES_COUNT", "tcp_keepalives_count"),
                    Map.entry("POSTGRESQL_WAL_LEVEL", "wal_level"),
                    Map.entry("POSTGRESQL_FSYNC", "fsync"),
                    Map.entry("POSTGRESQL_TIMEZONE", "timezone"),
                    Map.entry("POSTGRESQL_LOG_TIMEZONE", "log_timezone"),
                    Map.entry("POSTGRESQL_LOG_LINE_PREFIX", "log_line_prefix"),
                    Map.entry("POSTGRESQL_LOG_CONNECTIONS", "log_connections"),
                    Map.entry("POSTGRESQL_LOG_DISCONNECTIONS", "log_disconnections"),
                    Map.entry("POSTGRESQL_LOG_HOSTNAME", "log_hostname"),
                    Map.entry("POSTGRESQL_CLIENT_MIN_MESSAGES", "client_min_messages"),
                    Map.entry("POSTGRESQL_PASSWORD_ENCRYPTION", "password_encryption"),
                    Map.entry("POSTGRESQL_DEFAULT_TOAST_COMPRESSION", "default_toast_compression"),
                    Map.entry(
                            "POSTGRESQL_DEFAULT_TRANSACTION_ISOLATION",
                            "default_transaction_isolation"),
                    Map.entry("POSTGRESQL_SHARED_PRELOAD_LIBRARIES", "shared_preload_libraries"),
                    Map.entry("POSTGRESQL_SYNCHRONOUS_COMMIT_MODE", "synchronous_commit"),
                    Map.entry("POSTGRESQL_ENABLE_TLS", "ssl"),
                    Map.entry("POSTGRESQL_TLS_CERT_FILE", "ssl_cert_file"),
                    Map.entry("POSTGRESQL_TLS_KEY_FILE", "ssl_key_file"),
                    Map.entry("POSTGRESQL_TLS_CA_FILE", "ssl_ca_file"),
                    Map.entry("POSTGRESQL_TLS_CRL_FILE", "ssl_crl_file"),
                    Map.entry("POSTGRESQL_TLS_PREFER_SERVER_CIPHERS", "ssl_prefer_server_ciphers"));

    /// The shell scripts' prefix for any server setting; they took it without `__` for dots.
    private static final String ANY_SETTING = "POSTGRESQL_CONFIG_";

    private final Map<String, String> raw;
    private final Map<String, String> translated;
    private final List<Problem> notes = new ArrayList<>();

    private OtherImages(Map<String, String> raw) {
        this.raw = raw;
        this.translated = new TreeMap<>(raw);
    }

    /// @param environment with our names in the place of theirs
    /// @param notes one for each name that was understood
    record Translation(Map<String, String> environment, List<Problem> notes) {}

    static Translation translate(Map<String, String> raw) {
        return new OtherImages(raw).translate();
    }

    private Translation translate() {
        for (String mode : List.of("POSTGRESQL_REPLICATION_MODE", "POSTGRES_REPLICATION_MODE")) {
            if (!value(mode).isEmpty()) {
                put(mode, ClusterVariables.HA_MODE.name(), "native");
            }
        }
        if (isOn("ALLOW_EMPTY_PASSWORD") && hasNoPassword()) {
            put("ALLOW_EMPTY_PASSWORD", Variables.POSTGRES_HOST_AUTH_METHOD.name(), "trust");
        }
        if (isOn("BITNAMI_DEBUG")) {
            put("BITNAMI_DEBUG", Variables.LOG_LEVEL.name(), "debug");
        }
        for (String name : raw.keySet()) {
            setting(name).ifPresent(setting -> putSetting(name, setting));
        }
        return new Translation(translated, List.copyOf(notes));
    }

    static boolean knows(String name) {
        return setting(name).isPresent()
                || name.equals("ALLOW_EMPTY_PASSWORD")
                || name.equals("BITNAMI_DEBUG");
    }

    private static Optional<String> setting(String name) {
        return name.startsWith(ANY_SETTING) && name.length() > ANY_SETTING.length()
                ? Optional.of(name.substring(ANY_SETTING.length()).toLowerCase(Locale.ROOT))
                : Optional.ofNullable(SETTINGS.get(name));
    }

    private void putSetting(String name, String setting) {
        boolean ours =
                raw.keySet().stream()
                        .filter(key -> key.startsWith(ServerSettings.PREFIX))
                        .anyMatch(key ->
                                key.equalsIgnoreCase(ServerSettings.variable(setting))
                                        && !value(key).isEmpty());
        if (!ours && !value(name).isEmpty()) {
            translated.put(ServerSettings.variable(setting), value(name));
            notes.add(understood(name, ServerSettings.variable(setting)));
        }
    }

    private void put(String theirs, String ours, String value) {
        if (!value(ours).isEmpty() || !value(ours + "_FILE").isEmpty()) {
            return;
        }
        translated.put(ours, value);
        notes.add(understood(theirs, ours + "=" + value));
    }

    static Problem understood(String theirs, String ours) {
        return Problem.warning(
                theirs, "", "is a name of another image, understood as " + ours, "use that one");
    }

    private boolean hasNoPassword() {
        return List.of("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD").stream()
                .allMatch(name -> value(name).isEmpty() && value(name + "_FILE").isEmpty());
    }

    /// As Bitnami reads its switches.
    private boolean isOn(String name) {
        return List.of("1", "yes", "true").contains(value(name).toLowerCase(Locale.ROOT));
    }

    private String value(String name) {
        return raw.getOrDefault(name, "");
    }
}
