package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Variable.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Every environment variable, once. The documentation and `entrypoint variables` are generated
/// from this list.
public final class Variables {

    private static final List<Variable<?>> ALL = new ArrayList<>();

    static final Variable<String> POSTGRES_USER =
            declare(
                    "POSTGRES_USER",
                    Group.DATABASE,
                    Parsers::identifier,
                    "postgres",
                    "bootstrap superuser; first start only",
                    "POSTGRESQL_USERNAME");
    static final Variable<Secret> POSTGRES_PASSWORD =
            secret(
                    "POSTGRES_PASSWORD",
                    Group.DATABASE,
                    "its password; required at the first start of a standalone node or a primary,"
                            + " unless POSTGRES_HOST_AUTH_METHOD=trust",
                    "POSTGRESQL_PASSWORD");
    static final Variable<String> POSTGRES_DB =
            declare(
                    "POSTGRES_DB",
                    Group.DATABASE,
                    Parsers::identifier,
                    "POSTGRES_USER",
                    "database made at the first start",
                    "POSTGRESQL_DATABASE");
    static final Variable<String> POSTGRES_INITDB_ARGS =
            declare(
                    "POSTGRES_INITDB_ARGS",
                    Group.DATABASE,
                    Parsers::text,
                    "–",
                    "more arguments of initdb, split into words as a POSIX shell splits them;"
                            + " command substitution is refused; first start only",
                    "POSTGRESQL_INITDB_ARGS");
    static final Variable<Path> POSTGRES_INITDB_WALDIR =
            declare(
                    "POSTGRES_INITDB_WALDIR",
                    Group.DATABASE,
                    Parsers::absolutePath,
                    "in PGDATA",
                    "where the write-ahead log lives; first start and clone only",
                    "POSTGRESQL_INITDB_WAL_DIR");
    static final Variable<String> POSTGRES_HOST_AUTH_METHOD =
            declare(
                    "POSTGRES_HOST_AUTH_METHOD",
                    Group.DATABASE,
                    HostAuthMethod::parse,
                    "the server's password_encryption",
                    "method of the rule host all all all; trust needs no password and is not"
                            + " recommended");
    static final Variable<Path> PGDATA =
            declare(
                    "PGDATA",
                    Group.DATABASE,
                    Parsers::absolutePath,
                    "/var/lib/postgresql/data",
                    "the data directory");
    static final Variable<Integer> PGPORT =
            declare(
                    "PGPORT",
                    Group.DATABASE,
                    Parsers::port,
                    "5432",
                    "the port this server listens on",
                    "POSTGRESQL_PORT_NUMBER");
    static final Variable<Boolean> POSTGRES_PASSWORD_SYNC =
            declare(
                    "POSTGRES_PASSWORD_SYNC",
                    Group.DATABASE,
                    Parsers::bool,
                    "false",
                    "each start makes the password of POSTGRES_USER the one of POSTGRES_PASSWORD;"
                            + " without it a difference is a warning");

    static final Variable<ModeReader.HaMode> HA_MODE =
            declare(
                    "HA_MODE",
                    Group.MODE,
                    Parsers.oneOf(ModeReader.HaMode.class),
                    "standalone",
                    "native: streaming replication without other software");
    static final Variable<ReplicationRole> REPLICATION_ROLE =
            declare(
                    "REPLICATION_ROLE",
                    Group.MODE,
                    ReplicationRole::parse,
                    "–",
                    "primary or replica; required with HA_MODE=native",
                    "POSTGRESQL_REPLICATION_MODE",
                    "POSTGRES_REPLICATION_MODE");
    static final Variable<Boolean> USE_PATRONI =
            declare(
                    "USE_PATRONI",
                    Group.MODE,
                    Parsers::bool,
                    "false",
                    "Patroni runs PostgreSQL: automatic failover; its own PATRONI_* variables"
                            + " pass through to it and win",
                    "PATRONI_ENABLE");
    static final Variable<Boolean> USE_CITUS =
            declare(
                    "USE_CITUS",
                    Group.MODE,
                    Parsers::bool,
                    "false",
                    "a Citus node; not built yet: refused",
                    "CITUS_ENABLE");

    static final Variable<String> PRIMARY_HOST =
            declare(
                    "PRIMARY_HOST",
                    Group.REPLICATION,
                    Parsers::host,
                    "–",
                    "the server a replica follows; required for a replica; may itself be a replica"
                            + " (cascading)",
                    "POSTGRESQL_MASTER_HOST",
                    "POSTGRES_MASTER_HOST");
    static final Variable<Integer> PRIMARY_PORT =
            declare(
                    "PRIMARY_PORT",
                    Group.REPLICATION,
                    Parsers::port,
                    "5432",
                    "its port",
                    "POSTGRESQL_MASTER_PORT_NUMBER",
                    "POSTGRES_MASTER_PORT_NUMBER");
    static final Variable<String> REPLICATION_USER =
            declare(
                    "REPLICATION_USER",
                    Group.REPLICATION,
                    Parsers::roleName,
                    "replicator",
                    "role with LOGIN REPLICATION, never superuser",
                    "POSTGRESQL_REPLICATION_USER",
                    "POSTGRES_REPLICATION_USER");
    static final Variable<Secret> REPLICATION_PASSWORD =
            secret(
                    "REPLICATION_PASSWORD",
                    Group.REPLICATION,
                    "its password; required with HA_MODE=native and USE_PATRONI=true, there is no"
                            + " default",
                    "POSTGRESQL_REPLICATION_PASSWORD",
                    "POSTGRES_REPLICATION_PASSWORD");
    static final Variable<List<Network>> REPLICATION_NETWORK =
            declare(
                    "REPLICATION_NETWORK",
                    Group.REPLICATION,
                    Parsers::networks,
                    "0.0.0.0/0,::/0",
                    "who may connect for replication: CIDR networks, samenet, host names");
    static final Variable<SslMode> REPLICATION_SSLMODE =
            declare(
                    "REPLICATION_SSLMODE",
                    Group.REPLICATION,
                    Parsers.oneOf(SslMode.class),
                    "prefer",
                    "sslmode of the clone and of the WAL receiver");
    static final Variable<Path> REPLICATION_SSLROOTCERT =
            declare(
                    "REPLICATION_SSLROOTCERT",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    "certificates that sign the primary's (PEM); required with verify-ca and"
                            + " verify-full");
    static final Variable<Path> REPLICATION_SSLCERT =
            declare(
                    "REPLICATION_SSLCERT",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    "client certificate of the replica (PEM)");
    static final Variable<Path> REPLICATION_SSLKEY =
            declare(
                    "REPLICATION_SSLKEY",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    "its key (PEM, PKCS#8, no passphrase)");
    static final Variable<String> REPLICA_NAME =
            declare(
                    "REPLICA_NAME",
                    Group.REPLICATION,
                    Parsers::identifier,
                    "the name kept on the volume, at first the host name",
                    "application_name of the replica, and the name of its slot; kept on the volume,"
                            + " since a container that is made anew has another host name",
                    "POSTGRESQL_CLUSTER_APP_NAME");
    static final Variable<String> REPLICATION_SLOT =
            declare(
                    "REPLICATION_SLOT",
                    Group.REPLICATION,
                    Parsers::text,
                    "none",
                    "none, auto (from REPLICA_NAME) or a name: a slot makes the primary keep the WAL"
                            + " that this replica still needs");
    static final Variable<List<Endpoint>> PEER_HOSTS =
            declare(
                    "PEER_HOSTS",
                    Group.REPLICATION,
                    Parsers::endpoints,
                    "–",
                    "the other nodes, host or host:port each: a primary asks them before it takes"
                            + " writes, and does not become a second one; docs/peers.md");
    static final Variable<Duration> PRIMARY_WAIT =
            declare(
                    "PRIMARY_WAIT",
                    Group.REPLICATION,
                    Parsers::duration,
                    "5min",
                    "how long a replica waits for its primary when its volume is empty or was a"
                            + " primary's, and a Patroni member for its DCS",
                    "POSTGRESQL_INIT_MAX_TIMEOUT");
    static final Variable<Rejoin> REJOIN =
            declare(
                    "REJOIN",
                    Group.REPLICATION,
                    Parsers.oneOf(Rejoin.class),
                    "refuse",
                    "what a replica does with data that its primary does not have, or with a volume"
                            + " whose WAL the primary has removed: refuse (say what would be lost, and"
                            + " stop), rewind (undo it with pg_rewind), reclone (move the data"
                            + " directory aside and clone anew)");

    static final Variable<String> PATRONI_SCOPE =
            declare(
                    "PATRONI_SCOPE",
                    Group.PATRONI,
                    Parsers::identifier,
                    "–",
                    "name of the cluster, the same on each of its members; required with"
                            + " USE_PATRONI=true");
    static final Variable<String> PATRONI_NAME =
            declare(
                    "PATRONI_NAME",
                    Group.PATRONI,
                    Parsers::identifier,
                    "host name",
                    "name of this member, another one on each");
    static final Variable<Secret> PATRONI_CONFIGURATION =
            add(
                    new Variable<>(
                            PatroniConfiguration.DOCUMENT,
                            Group.PATRONI,
                            Parsers::patroniDocument,
                            "–",
                            true,
                            List.of(),
                            "a Patroni configuration of your own, whole or in part (YAML): what it"
                                    + " says wins over what is made from the other variables;"
                                    + " PATRONI_CONFIGURATION_FILE names a file"));

    static final Variable<String> LOG_LEVEL =
            declare(
                    "LOG_LEVEL",
                    Group.PROCESS,
                    LogLevel::parse,
                    "info",
                    "error, warn, info or debug, for our own lines");
    static final Variable<LogFormat> LOG_FORMAT =
            declare(
                    "LOG_FORMAT",
                    Group.PROCESS,
                    Parsers.oneOf(LogFormat.class),
                    "text",
                    "json prints each line, ours and the server's, as one object");
    static final Variable<Duration> STOP_GRACE =
            declare(
                    "STOP_GRACE",
                    Group.PROCESS,
                    Parsers::duration,
                    "60s",
                    "time that the orchestrator grants between TERM and KILL; shortly before its end"
                            + " the server is stopped the hard way");
    static final Variable<Settings.StopMode> STOP_MODE =
            declare(
                    "STOP_MODE",
                    Group.PROCESS,
                    Parsers.oneOf(Settings.StopMode.class),
                    "fast",
                    "what TERM and INT mean: fast (a checkpoint, then sessions are ended), smart"
                            + " (sessions may end by themselves for about half of STOP_GRACE, then"
                            + " fast), immediate (no checkpoint; the next start recovers)",
                    "POSTGRESQL_SHUTDOWN_MODE");
    static final Variable<Integer> PROBE_PORT =
            declare(
                    "PROBE_PORT",
                    Group.PROCESS,
                    Parsers::port,
                    "off",
                    "port for /startupz, /livez, /readyz, /primary, /replica and /metrics over HTTP");
    static final Variable<Duration> VOLUME_WAIT =
            declare(
                    "VOLUME_WAIT",
                    Group.PROCESS,
                    Parsers::duration,
                    "60s",
                    "how long a start waits while another server has the volume: as long as the one"
                            + " before may take to stop");
    static final Variable<VolumeUse.OnDiskFull> ON_DISK_FULL =
            declare(
                    "ON_DISK_FULL",
                    Group.PROCESS,
                    Parsers.oneOf(VolumeUse.OnDiskFull.class),
                    "fail",
                    "what to do without room for two WAL segments: fail (exit with 74), hold (stay up"
                            + " without a server, say what fills the disk, start when there is room)");

    private Variables() {}

    /// The values of `HA_MODE`.
    enum HaMode {
        NATIVE
    }

    public static List<Variable<?>> all() {
        return List.copyOf(ALL);
    }

    private static Variable<Secret> secret(
            String name, Group group, String meaning, String... aliases) {
        return add(
                new Variable<>(
                        name, group, Parsers::password, "–", true, List.of(aliases), meaning));
    }

    private static <T> Variable<T> declare(
            String name,
            Group group,
            Variable.Parser<T> parser,
            String fallback,
            String meaning,
            String... aliases) {
        return add(new Variable<>(name, group, parser, fallback, false, List.of(aliases), meaning));
    }

    private static <T> Variable<T> add(Variable<T> variable) {
        ALL.add(variable);
        return variable;
    }
}
