package io.pgentrypoint.settings;

import java.nio.file.Path;
import java.util.Set;

/// Where things are in a data directory, and the marks by which we know our own lines in the user's
/// files. PostgreSQL's files stay the user's: ours are one settings file, one include line, one HBA
/// block and one state directory.
///
/// @param dataDirectory PGDATA, or the staging directory of a first boot
public record Layout(Path dataDirectory) {

    // PG_TEMP_FILE_PREFIX: base backups, pg_rewind and pg_checksums skip every name that starts
    // with
    // pgsql_tmp, so neither a journal nor a password travels into a clone or a backup.
    public static final String STATE_DIRECTORY = "pgsql_tmp_entrypoint";

    /// What a file system or a desktop puts into an empty directory by itself.
    public static final Set<String> NOT_CONTENT =
            Set.of("lost+found", ".snapshot", ".zfs", ".DS_Store");

    /// The name, in the state directory, of the place where a cluster is built or rewound.
    public static final String STAGING = "staging";

    private static final String REPLACED = "pgsql_tmp_replaced-";

    public static final String SETTINGS_FILE = "entrypoint.conf";
    public static final String INCLUDE_LINE =
            "include_if_exists = '" + SETTINGS_FILE + "' # written by entrypoint; keep this line";
    public static final String HBA_BEGIN =
            "# entrypoint: begin (this block is rewritten at each start)";
    public static final String HBA_END = "# entrypoint: end";

    public Path settingsFile() {
        return dataDirectory.resolve(SETTINGS_FILE);
    }

    public Path postgresqlConf() {
        return dataDirectory.resolve("postgresql.conf");
    }

    public Path postgresqlAutoConf() {
        return dataDirectory.resolve("postgresql.auto.conf");
    }

    public Path hbaConf() {
        return dataDirectory.resolve("pg_hba.conf");
    }

    public Path standbySignal() {
        return dataDirectory.resolve("standby.signal");
    }

    /// The user's postgresql.conf, as Patroni has renamed it.
    public Path patroniBaseConf() {
        return dataDirectory.resolve("postgresql.base.conf");
    }

    public Path patroniDynamicConfiguration() {
        return dataDirectory.resolve("patroni.dynamic.json");
    }

    public Path stateDirectory() {
        return dataDirectory.resolve(STATE_DIRECTORY);
    }

    /// Where a cluster goes that was given up. The prefix once more: pg_rewind looks at it below
    /// the top only, and would copy the whole old cluster to every node that is rewound to this
    /// one.
    public Path replaced(String name) {
        return stateDirectory().resolve(replacedName(name));
    }

    public static String replacedName(String name) {
        return REPLACED + name;
    }

    /// What an upgrade has moved aside, while it is deleted.
    public Path goingOldCluster() {
        return stateDirectory().resolve("pgsql_tmp_going");
    }

    public static boolean isReplaced(String name) {
        return name.startsWith(REPLACED);
    }

    public Path journal() {
        return stateDirectory().resolve("journal");
    }

    /// What this volume knows of itself, as distinct from what the environment asks for. The prefix
    /// for the same reason: a member that Patroni rewinds in place would take itself for its
    /// leader.
    public Path nodeState() {
        return stateDirectory().resolve("pgsql_tmp_node");
    }

    /// libpq's password file for the connection to the upstream.
    public Path passFile() {
        return stateDirectory().resolve("upstream.pgpass");
    }

    /// The copies that the server reads. The prefix for the same reason: neither a rewind nor a
    /// base backup takes a key to another node.
    public Path serverCertificate() {
        return stateDirectory().resolve("pgsql_tmp_server.crt");
    }

    public Path serverKey() {
        return stateDirectory().resolve("pgsql_tmp_server.key");
    }

    /// Where a pair of the server's own is made.
    public Path newPair() {
        return stateDirectory().resolve("pgsql_tmp_new_pair");
    }

    /// The authorities that sign the certificates of clients.
    public Path clientAuthorities() {
        return stateDirectory().resolve("pgsql_tmp_clients.crt");
    }

    /// Whether a name in the data directory belongs to the cluster.
    public static boolean isContent(String name) {
        // .nfs…: a deleted file that someone on an NFS volume still holds open
        return !NOT_CONTENT.contains(name)
                && !name.equals(STATE_DIRECTORY)
                && !name.startsWith(".nfs");
    }

    /// Empty for ever: an flock(2) needs a file, and our children have it as their stdin.
    public Path lock() {
        return stateDirectory().resolve("lock");
    }

    /// Who holds the lock, and a heartbeat. With the leader's brought along by a rewind in place a
    /// member would believe that its volume has been taken over.
    public Path lockOwner() {
        return stateDirectory().resolve("pgsql_tmp_holder");
    }

    /// Empty: logical subscriptions of a restored cluster are still to be disabled. Beside
    /// recovery.signal, which the server removes before that could be done.
    public Path restoredMark() {
        return stateDirectory().resolve("pgsql_tmp_restored");
    }

    /// The standbys that have streamed from here. The prefix again: they are this node's.
    public Path standbys() {
        return stateDirectory().resolve("pgsql_tmp_standbys");
    }

    /// What the server of an older cluster has said, for its upgrade.
    public Path oldServer() {
        return stateDirectory().resolve("pgsql_tmp_old_server");
    }

    /// The last upgrade of this cluster, and what of it is still to be done.
    public Path upgraded() {
        return stateDirectory().resolve("pgsql_tmp_upgraded");
    }

    /// The version of the C library that indexes were built with.
    public Path libc() {
        return stateDirectory().resolve("libc");
    }

    public Layout staging() {
        return new Layout(stateDirectory().resolve(STAGING));
    }
}
