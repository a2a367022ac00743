package io.pgentrypoint.observe.datadir;

import java.util.Set;

/// What the entries of a data directory are called that initdb, a server, its tools or we ourselves
/// make there (postmaster.c, xlog.c, backup_manifest.c, guc.c). Anything else came from somebody
/// else, an init script say.
public final class ClusterFiles {

    private static final Set<String> NAMES =
            Set.of(
                    "PG_VERSION",
                    "backup_label",
                    "backup_label.old",
                    "backup_manifest",
                    "base",
                    "current_logfiles",
                    "entrypoint.conf",
                    "global",
                    "log",
                    "pg_commit_ts",
                    "pg_dynshmem",
                    "pg_hba.conf",
                    "pg_ident.conf",
                    "pg_logical",
                    "pg_multixact",
                    "pg_notify",
                    "pg_replslot",
                    "pg_serial",
                    "pg_snapshots",
                    "pg_stat",
                    "pg_stat_tmp",
                    "pg_subtrans",
                    "pg_tblspc",
                    "pg_twophase",
                    "pg_wal",
                    "pg_xact",
                    "postgresql.auto.conf",
                    "postgresql.auto.conf.tmp",
                    "postgresql.conf",
                    "postmaster.opts",
                    "postmaster.pid",
                    "recovery.signal",
                    "standby.signal",
                    "tablespace_map",
                    "tablespace_map.old");

    private ClusterFiles() {}

    public static boolean isOne(String name) {
        // Whatever was written beside before it was renamed.
        return NAMES.contains(name) || name.startsWith("pgsql_tmp_");
    }
}
