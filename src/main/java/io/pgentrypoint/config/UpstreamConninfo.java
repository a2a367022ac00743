package io.pgentrypoint.config;

import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Collectors;

/// libpq connection strings to the upstream of a replica. The password is in the password file,
/// never here: primary_conninfo can be read by SQL and by anyone who may read the settings file.
public final class UpstreamConninfo {

    // MAXCONNINFO less its end: what follows is dropped in silence, with it perhaps sslmode.
    private static final int STANDBY_BYTES = 1023;

    private static final int FIRST_WITH_REQUIRE_AUTH = 16;

    /// The first with slots of logical subscribers that a standby has too.
    private static final int FAILOVER_SLOTS = 17;

    private UpstreamConninfo() {}

    /// For primary_conninfo. There is no connect_timeout in it: the WAL receiver connects step by
    /// step (PQconnectPoll), where libpq does not look at that setting.
    public static String standby(Mode.NativeReplica replica, Path passFile, int major) {
        Map<String, String> words = words(replica.upstream(), passFile, replica.name(), major);
        if (major >= FAILOVER_SLOTS) {
            // Of the connection that copies them (sync_replication_slots). A WAL receiver overrides
            // it by "replication" (libpqwalreceiver.c).
            words.put("dbname", PassFile.DATABASE);
        }
        String text = text(words);
        if (text.getBytes(StandardCharsets.UTF_8).length > STANDBY_BYTES) {
            throw Refusals.longConninfo(STANDBY_BYTES);
        }
        return text;
    }

    /// For pg_basebackup.
    public static String clone(Mode.NativeReplica replica, Path passFile, int major) {
        // Another name than the standby's, so that pg_stat_replication tells them apart.
        Map<String, String> words =
                words(replica.upstream(), passFile, "clone " + replica.name(), major);
        words.put("connect_timeout", "10");
        // While our disk is slow, pg_basebackup does not answer its WAL sender, which would end
        // the clone after wal_sender_timeout.
        words.put("options", "-c wal_sender_timeout=0");
        return text(words);
    }

    /// For pg_rewind, which reads the primary's files by functions of an ordinary session.
    public static String rewind(Mode.NativeReplica replica, Path passFile, int major) {
        Map<String, String> words =
                words(replica.upstream(), passFile, "rewind " + replica.name(), major);
        words.put("dbname", PassFile.DATABASE);
        words.put("connect_timeout", "10");
        return text(words);
    }

    /// Whether nothing but the accepted ways to log in can make libpq send the password, or
    /// anything made from it.
    public static boolean keepsPassword(UpstreamServer server, int major) {
        return knowsRequireAuth(major) || server.tls().bindsChannel();
    }

    private static boolean knowsRequireAuth(int major) {
        return major >= FIRST_WITH_REQUIRE_AUTH;
    }

    private static Map<String, String> words(
            UpstreamServer server, Path passFile, String applicationName, int major) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("host", server.address().host());
        words.put("port", String.valueOf(server.address().port()));
        words.put("user", server.replication().user());
        words.put("passfile", passFile.toString());
        words.put("application_name", applicationName);
        words.put("sslmode", server.tls().mode().word());
        server.tls().rootCertificate().ifPresent(file -> words.put("sslrootcert", file.toString()));
        server.tls().certificate().ifPresent(file -> words.put("sslcert", file.toString()));
        server.tls().key().ifPresent(file -> words.put("sslkey", file.toString()));
        // libpq of 13 to 15 knows no such word and gives the password to any server that asks for
        // it. There
        // only the words below help, and that our own connection has asked for the proof before.
        if (knowsRequireAuth(major)) {
            words.put("require_auth", server.tls().requireAuth());
        }
        if (server.tls().bindsChannel()) {
            words.put("channel_binding", "require");
        }
        // A primary whose machine is gone closes no connection; the kernel's default would notice
        // after two hours.
        words.put("keepalives_idle", "30");
        words.put("keepalives_interval", "10");
        words.put("keepalives_count", "3");
        return words;
    }

    private static String text(Map<String, String> words) {
        return words.entrySet().stream()
                .map(UpstreamConninfo::assignment)
                .collect(Collectors.joining(" "));
    }

    private static String assignment(Entry<String, String> word) {
        return word.getKey() + "=" + Quoting.conninfo(word.getValue());
    }
}
