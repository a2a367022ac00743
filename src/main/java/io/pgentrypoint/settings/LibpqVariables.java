package io.pgentrypoint.settings;

import java.util.Set;

/// The environment variables of libpq: whatever a connection string leaves out is taken from them.
/// A clone, a rewind and a WAL receiver must use what PRIMARY_HOST and its neighbours say, and no
/// variable may keep them from connecting.
final class LibpqVariables {

    /// Of PostgreSQL 13 to 18: fe-connect.c (PQconninfoOptions, EnvironmentOptions,
    /// conninfo_add_defaults, parseServiceInfo), fe-misc.c (PGLOCALEDIR), fe-auth-oauth.c
    /// (PGOAUTHDEBUG). PGPORT is not among them: the server takes its port from it, and each
    /// connection string of ours names one.
    static final Set<String> ALL =
            Set.of(
                    "PGAPPNAME",
                    "PGCHANNELBINDING",
                    "PGCLIENTENCODING",
                    "PGCONNECT_TIMEOUT",
                    "PGDATABASE",
                    "PGDATESTYLE",
                    "PGGEQO",
                    "PGGSSDELEGATION",
                    "PGGSSENCMODE",
                    "PGGSSLIB",
                    "PGHOST",
                    "PGHOSTADDR",
                    "PGKRBSRVNAME",
                    "PGLOADBALANCEHOSTS",
                    "PGLOCALEDIR",
                    "PGMAXPROTOCOLVERSION",
                    "PGMINPROTOCOLVERSION",
                    "PGOAUTHDEBUG",
                    "PGOPTIONS",
                    "PGPASSFILE",
                    "PGPASSWORD",
                    "PGREALM",
                    "PGREQUIREAUTH",
                    "PGREQUIREPEER",
                    "PGREQUIRESSL",
                    "PGSERVICE",
                    "PGSERVICEFILE",
                    "PGSSLCERT",
                    "PGSSLCERTMODE",
                    "PGSSLCOMPRESSION",
                    "PGSSLCRL",
                    "PGSSLCRLDIR",
                    "PGSSLKEY",
                    "PGSSLMAXPROTOCOLVERSION",
                    "PGSSLMINPROTOCOLVERSION",
                    "PGSSLMODE",
                    "PGSSLNEGOTIATION",
                    "PGSSLROOTCERT",
                    "PGSSLSNI",
                    "PGSYSCONFDIR",
                    "PGTARGETSESSIONATTRS",
                    "PGTTY",
                    "PGTZ",
                    "PGUSER");

    /// Those that say where the server is. The official image hides them from the psql that runs
    /// its init scripts (docker_process_sql).
    static final Set<String> PLACE = Set.of("PGHOST", "PGHOSTADDR");

    private LibpqVariables() {}
}
