package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Variable.Group;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.Rejoin;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The variables that say what a node is among others.
final class ClusterVariables {

    static final VariableList LIST = new VariableList();

    static final Variable<ModeReader.HaMode> HA_MODE =
            LIST.declare(
                    "HA_MODE",
                    Group.MODE,
                    Parsers.oneOf(ModeReader.HaMode.class),
                    "standalone",
                    "standalone, or native: streaming replication without other software");
    static final Variable<ReplicationRole> REPLICATION_ROLE =
            LIST.declare(
                    "REPLICATION_ROLE",
                    Group.MODE,
                    ReplicationRole::parse,
                    "–",
                    """
                    primary, replica, or auto (the volumes of all CLUSTER_HOSTS decide at each \
                    start); required with HA_MODE=native\
                    """,
                    "POSTGRESQL_REPLICATION_MODE",
                    "POSTGRES_REPLICATION_MODE");
    static final Variable<Boolean> USE_PATRONI =
            LIST.declare(
                    "USE_PATRONI",
                    Group.MODE,
                    Parsers::bool,
                    "false",
                    """
                    Patroni runs PostgreSQL, with automatic failover; PATRONI_* variables \
                    pass through to Patroni and win\
                    """,
                    "PATRONI_ENABLE");
    static final Variable<Boolean> USE_CITUS =
            LIST.declare(
                    "USE_CITUS",
                    Group.MODE,
                    Parsers::bool,
                    "false",
                    """
                    the node is a Citus coordinator, a worker or a member of a Patroni group; \
                    docs/how-to/use-citus.md\
                    """,
                    "CITUS_ENABLE");

    static final Variable<String> PRIMARY_HOST =
            LIST.declare(
                    "PRIMARY_HOST",
                    Group.REPLICATION,
                    Parsers::host,
                    "–",
                    """
                    the server a replica follows; required for a replica; may itself be a \
                    replica (cascading)\
                    """,
                    "POSTGRESQL_MASTER_HOST",
                    "POSTGRES_MASTER_HOST");
    static final Variable<Integer> PRIMARY_PORT =
            LIST.declare(
                    "PRIMARY_PORT",
                    Group.REPLICATION,
                    Parsers::port,
                    "5432",
                    "port of PRIMARY_HOST",
                    "POSTGRESQL_MASTER_PORT_NUMBER",
                    "POSTGRES_MASTER_PORT_NUMBER");
    static final Variable<String> REPLICATION_USER =
            LIST.declare(
                    "REPLICATION_USER",
                    Group.REPLICATION,
                    Parsers::roleName,
                    "replicator",
                    "role with LOGIN REPLICATION, never superuser",
                    "POSTGRESQL_REPLICATION_USER",
                    "POSTGRES_REPLICATION_USER");
    static final Variable<Secret> REPLICATION_PASSWORD =
            LIST.secret(
                    "REPLICATION_PASSWORD",
                    Group.REPLICATION,
                    """
                    password of REPLICATION_USER; required with HA_MODE=native and USE_PATRONI=true, \
                    there is no default\
                    """,
                    "POSTGRESQL_REPLICATION_PASSWORD",
                    "POSTGRES_REPLICATION_PASSWORD");
    static final Variable<List<Network>> REPLICATION_NETWORK =
            LIST.declare(
                    "REPLICATION_NETWORK",
                    Group.REPLICATION,
                    Parsers::networks,
                    "0.0.0.0/0,::/0",
                    "who may connect for replication: CIDR networks, samenet, host names");
    static final Variable<List<AuthMethod>> REPLICATION_REQUIRE_AUTH =
            LIST.declare(
                    "REPLICATION_REQUIRE_AUTH",
                    Group.REPLICATION,
                    Parsers::authMethods,
                    "scram-sha-256",
                    """
                    how the primary and the peers must authenticate this node: scram-sha-256, md5, \
                    password, none (trust, or a client certificate), or a list of these; only SCRAM \
                    proves to this node that the server knows the password; docs/reference/peers.md\
                    """);
    static final Variable<SslMode> REPLICATION_SSLMODE =
            LIST.declare(
                    "REPLICATION_SSLMODE",
                    Group.REPLICATION,
                    Parsers.oneOf(SslMode.class),
                    "prefer",
                    "sslmode of the clone and of the WAL receiver");
    static final Variable<Path> REPLICATION_SSLROOTCERT =
            LIST.declare(
                    "REPLICATION_SSLROOTCERT",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    """
                    certificates of the authorities that sign the primary's certificate (PEM); \
                    required with verify-ca and verify-full\
                    """);
    static final Variable<Path> REPLICATION_SSLCERT =
            LIST.declare(
                    "REPLICATION_SSLCERT",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    "client certificate of the replica (PEM)");
    static final Variable<Path> REPLICATION_SSLKEY =
            LIST.declare(
                    "REPLICATION_SSLKEY",
                    Group.REPLICATION,
                    Parsers::absolutePath,
                    "–",
                    "key of REPLICATION_SSLCERT (PEM, PKCS#8, no passphrase)");
    static final Variable<String> REPLICA_NAME =
            LIST.declare(
                    "REPLICA_NAME",
                    Group.REPLICATION,
                    Parsers::identifier,
                    "the name kept on the volume, at first the host name",
                    """
                    application_name of the replica, and the name of its slot; kept on \
                    the volume, since a container that is made anew has another host name\
                    """,
                    "POSTGRESQL_CLUSTER_APP_NAME");
    static final Variable<String> REPLICATION_SLOT =
            LIST.declare(
                    "REPLICATION_SLOT",
                    Group.REPLICATION,
                    Parsers::text,
                    "none",
                    """
                    none, auto (from REPLICA_NAME) or a name: a slot makes the primary \
                    keep the WAL that this replica still needs\
                    """);
    static final Variable<SynchronousStandbys> SYNCHRONOUS_STANDBYS =
            LIST.declare(
                    "SYNCHRONOUS_STANDBYS",
                    Group.REPLICATION,
                    SynchronousStandbys::parse,
                    "–",
                    """
                    the standbys a commit on the primary waits for, as \
                    synchronous_standby_names has it, e.g. ANY 1 (db2, db3); in force \
                    once enough of them stream, so that a primary without standbys does not block every commit; \
                    docs/reference/synchronous.md\
                    """);
    static final Variable<List<HostPort>> PEER_HOSTS =
            LIST.declare(
                    "PEER_HOSTS",
                    Group.REPLICATION,
                    Parsers::endpoints,
                    "–",
                    """
                    the other nodes, host or host:port each: a primary asks them before \
                    it takes writes, a replica before it is promoted, so that neither \
                    becomes a second primary; docs/reference/peers.md\
                    """);
    static final Variable<Integer> OVERRULE_TIMELINE =
            LIST.declare(
                    "OVERRULE_TIMELINE",
                    Group.REPLICATION,
                    Parsers::timeline,
                    "–",
                    """
                    start as a primary although an earlier start saw this timeline on another node, \
                    and lose what that node has written; the consent holds for no other \
                    timeline; docs/reference/peers.md\
                    """);
    static final Variable<Duration> PRIMARY_WAIT =
            LIST.declare(
                    "PRIMARY_WAIT",
                    Group.REPLICATION,
                    Parsers::duration,
                    "5min",
                    """
                    how long a replica waits for its primary if its volume is empty or \
                    was a primary's, and a Patroni member for its DCS\
                    """,
                    "POSTGRESQL_INIT_MAX_TIMEOUT");
    static final Variable<Rejoin> REJOIN =
            LIST.declare(
                    "REJOIN",
                    Group.REPLICATION,
                    Parsers.oneOf(Rejoin.class),
                    "refuse",
                    """
                    what a replica does with data that its primary does not have, or with \
                    a volume whose WAL the primary has removed: refuse (say what would be \
                    lost, and stop), rewind (undo it with pg_rewind), reclone (move the \
                    data directory aside and clone anew)\
                    """);

    static final Variable<String> PATRONI_SCOPE =
            LIST.declare(
                    "PATRONI_SCOPE",
                    Group.PATRONI,
                    Parsers::identifier,
                    "–",
                    """
                    name of the cluster, the same on each of its members; required with \
                    USE_PATRONI=true\
                    """);
    static final Variable<String> PATRONI_NAME =
            LIST.declare(
                    "PATRONI_NAME",
                    Group.PATRONI,
                    Parsers::identifier,
                    "host name",
                    "name of this member, different on each member");
    static final Variable<Secret> PATRONI_CONFIGURATION =
            LIST.add(
                    new Variable<>(
                            PatroniConfiguration.DOCUMENT,
                            Group.PATRONI,
                            Parsers::patroniDocument,
                            "–",
                            true,
                            List.of(),
                            """
                            your own Patroni configuration, whole or in part (YAML); it \
                            wins over what is made from the other variables; \
                            PATRONI_CONFIGURATION_FILE names a file\
                            """));
    static final Variable<CitusReader.Role> CITUS_ROLE =
            LIST.declare(
                    "CITUS_ROLE",
                    Group.CITUS,
                    Parsers.oneOf(CitusReader.Role.class),
                    "coordinator",
                    "coordinator or worker");
    static final Variable<HostPort> CITUS_COORDINATOR_HOST =
            LIST.declare(
                    "CITUS_COORDINATOR_HOST",
                    Group.CITUS,
                    Parsers::endpoint,
                    "–",
                    "the coordinator, host or host:port; required with CITUS_ROLE=worker");
    static final Variable<String> CITUS_NODE_HOST =
            LIST.declare(
                    "CITUS_NODE_HOST",
                    Group.CITUS,
                    Parsers::host,
                    "host name",
                    "name or address by which the other nodes reach this one");
    static final Variable<CitusReader.ReadyWhen> CITUS_READY_WHEN =
            LIST.declare(
                    "CITUS_READY_WHEN",
                    Group.CITUS,
                    Parsers.oneOf(CitusReader.ReadyWhen.class),
                    "registered",
                    """
                    when readiness and HEALTHCHECK say yes: registered (at the \
                    coordinator, under this address), or serving (as a node without Citus)\
                    """);
    static final Variable<String> CITUS_DATABASE =
            LIST.declare(
                    "CITUS_DATABASE",
                    Group.CITUS,
                    Parsers::identifier,
                    "POSTGRES_DB",
                    "database of the distributed tables, the same on every node");
    static final Variable<List<Credentials>> CITUS_LOGINS =
            LIST.add(
                    new Variable<>(
                            "CITUS_LOGINS",
                            Group.CITUS,
                            CitusReader::logins,
                            "–",
                            true,
                            List.of(),
                            """
                            lines of role:password: roles of applications that log in \
                            between nodes; the same on every node\
                            """));
    static final Variable<Integer> CITUS_GROUP =
            LIST.declare(
                    "CITUS_GROUP",
                    Group.CITUS,
                    Parsers::group,
                    "–",
                    """
                    with USE_PATRONI=true: 0 on the coordinator's members, 1, 2, … on \
                    those of the workers; required there\
                    """,
                    "PATRONI_CITUS_GROUP");

    private ClusterVariables() {}
}
