package io.pgentrypoint.settings;

import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Variable.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Every environment variable, once. The documentation and `entrypoint variables` are generated
/// from this list.
public final class Variables {

    private static final VariableList LIST = new VariableList();

    static final Variable<String> POSTGRES_USER =
            LIST.declare(
                    "POSTGRES_USER",
                    Group.DATABASE,
                    Parsers::superuserName,
                    "postgres",
                    "bootstrap superuser; first start only",
                    "POSTGRESQL_USERNAME");
    static final Variable<Secret> POSTGRES_PASSWORD =
            LIST.secret(
                    "POSTGRES_PASSWORD",
                    Group.DATABASE,
                    """
                    password of POSTGRES_USER; required at the first start of a standalone node or a \
                    primary, unless POSTGRES_HOST_AUTH_METHOD=trust\
                    """,
                    "POSTGRESQL_PASSWORD");
    static final Variable<String> POSTGRES_DB =
            LIST.declare(
                    "POSTGRES_DB",
                    Group.DATABASE,
                    Parsers::identifier,
                    "POSTGRES_USER",
                    "database that the first start creates",
                    "POSTGRESQL_DATABASE");
    static final Variable<String> POSTGRES_INITDB_ARGS =
            LIST.declare(
                    "POSTGRES_INITDB_ARGS",
                    Group.DATABASE,
                    Parsers::text,
                    "–",
                    """
                    more arguments of initdb, split into words as a POSIX shell splits \
                    them; command substitution is refused; first start only\
                    """,
                    "POSTGRESQL_INITDB_ARGS");
    static final Variable<Path> POSTGRES_INITDB_WALDIR =
            LIST.declare(
                    "POSTGRES_INITDB_WALDIR",
                    Group.DATABASE,
                    Parsers::absolutePath,
                    "in PGDATA",
                    "directory of the write-ahead log (WAL); first start and clone only",
                    "POSTGRESQL_INITDB_WAL_DIR");
    static final Variable<String> POSTGRES_HOST_AUTH_METHOD =
            LIST.declare(
                    "POSTGRES_HOST_AUTH_METHOD",
                    Group.DATABASE,
                    HostAuthMethod::parse,
                    "the server's password_encryption",
                    """
                    method of the rule host all all all; trust needs no password and is \
                    not recommended\
                    """);
    static final Variable<Path> PGDATA =
            LIST.declare(
                    "PGDATA",
                    Group.DATABASE,
                    Parsers::absolutePath,
                    "/var/lib/postgresql/data",
                    "the data directory");
    static final Variable<Integer> PGPORT =
            LIST.declare(
                    "PGPORT",
                    Group.DATABASE,
                    Parsers::port,
                    "5432",
                    "the port this server listens on",
                    "POSTGRESQL_PORT_NUMBER");
    static final Variable<Boolean> POSTGRES_PASSWORD_SYNC =
            LIST.declare(
                    "POSTGRES_PASSWORD_SYNC",
                    Group.DATABASE,
                    Parsers::bool,
                    "false",
                    """
                    each start and reload gives POSTGRES_USER the password of \
                    POSTGRES_PASSWORD; without it a difference is a warning\
                    """);

    static final Variable<String> LOG_LEVEL =
            LIST.declare(
                    "LOG_LEVEL",
                    Group.PROCESS,
                    LogLevel::parse,
                    "info",
                    """
                    error, warn, info or debug, for the lines of the entrypoint; debug has the \
                    whole plan of each start\
                    """);
    static final Variable<LogFormat> LOG_FORMAT =
            LIST.declare(
                    "LOG_FORMAT",
                    Group.PROCESS,
                    Parsers.oneOf(LogFormat.class),
                    "text",
                    "json prints each line, of the entrypoint and of the server, as one object");
    static final Variable<Duration> STOP_GRACE =
            LIST.declare(
                    "STOP_GRACE",
                    Group.PROCESS,
                    Parsers::duration,
                    "60s",
                    """
                    time that the engine grants between TERM and KILL, which it tells nobody: \
                    Docker and Podman 10s, Kubernetes 30s, unless told otherwise; shortly \
                    before its end the server is stopped immediately\
                    """);
    static final Variable<Settings.StopMode> STOP_MODE =
            LIST.declare(
                    "STOP_MODE",
                    Group.PROCESS,
                    Parsers.oneOf(Settings.StopMode.class),
                    "fast",
                    """
                    what TERM and INT mean: fast (a checkpoint, then sessions are ended), \
                    smart (sessions may end by themselves for about half of STOP_GRACE, \
                    then fast), immediate (no checkpoint; the next start recovers)\
                    """,
                    "POSTGRESQL_SHUTDOWN_MODE");
    static final Variable<Integer> PROBE_PORT =
            LIST.declare(
                    "PROBE_PORT",
                    Group.PROCESS,
                    Parsers::port,
                    "off",
                    """
                    port for /startupz, /livez, /readyz, /primary, /replica, /metrics and a page \
                    for people (/) over HTTP\
                    """);
    static final Variable<Boolean> PROBE_PAGE =
            LIST.declare(
                    "PROBE_PAGE",
                    Group.PROCESS,
                    Parsers::bool,
                    "on",
                    """
                    whether PROBE_PORT shows the page: the cluster, this node, its lag and the \
                    last lines of the entrypoint's log\
                    """);
    static final Variable<Duration> VOLUME_WAIT =
            LIST.declare(
                    "VOLUME_WAIT",
                    Group.PROCESS,
                    Parsers::duration,
                    "60s",
                    """
                    how long a start waits for the lock owner of the volume: at least as \
                    long as the previous container may take to stop\
                    """);
    static final Variable<VolumeUse.OnDiskFull> ON_DISK_FULL =
            LIST.declare(
                    "ON_DISK_FULL",
                    Group.PROCESS,
                    Parsers.oneOf(VolumeUse.OnDiskFull.class),
                    "fail",
                    """
                    what to do without space for two WAL segments: fail (exit with 74), \
                    hold (stay up without a server, say what fills the disk, start when \
                    there is space)\
                    """);

    static final Variable<VolumeUse.OnOldMajor> UPGRADE =
            LIST.declare(
                    "UPGRADE",
                    Group.PROCESS,
                    Parsers.oneOf(VolumeUse.OnOldMajor.class),
                    "refuse",
                    """
                    what to do with data of an older major version: refuse (exit with 65), \
                    copy (pg_upgrade with copied files; the old cluster stays whole), link \
                    (pg_upgrade with hard links; fast, and there is no way back once the new \
                    server has run)\
                    """);

    static final Variable<Duration> UPGRADE_KEEP =
            LIST.declare(
                    "UPGRADE_KEEP",
                    Group.PROCESS,
                    Parsers::duration,
                    "for ever",
                    """
                    how long after an upgrade the old cluster is kept, such as 7d; then it is \
                    deleted, and entrypoint upgrade --revert cannot bring it back. 0 deletes it \
                    as soon as all databases are analyzed\
                    """);

    private Variables() {}

    public static List<Variable<?>> all() {
        List<Variable<?>> all = new ArrayList<>(LIST.all());
        all.addAll(ClusterVariables.LIST.all());
        all.addAll(AutoVariables.LIST.all());
        all.addAll(TlsVariables.LIST.all());
        all.sort(Comparator.comparing(Variable::group));
        return List.copyOf(all);
    }
}
