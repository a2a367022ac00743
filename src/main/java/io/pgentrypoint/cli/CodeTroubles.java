package io.pgentrypoint.cli;

import static io.pgentrypoint.cli.Trouble.ours;
import static io.pgentrypoint.cli.Trouble.server;

import java.util.List;
import java.util.stream.Stream;

/// The messages that are met most, by the exit code that comes with them, and those of a node that
/// runs. docs/reference/troubleshooting.md is written from them.
final class CodeTroubles {

    static final List<Trouble> DATA =
            List.of(
                    ours(
                            "it is not empty and not a PostgreSQL cluster",
                            "the mount holds other files",
                            "an empty volume, or `PGDATA` one level below the mount"),
                    ours(
                            "it holds a cluster of PostgreSQL …, and this is PostgreSQL",
                            "another tag of the image",
                            "the old tag, or [upgrade](../how-to/upgrade-to-another-major-version.md)"),
                    ours(
                            "cannot create a cluster beside an older one",
                            "images from 18 on keep the data elsewhere",
                            """
                            mount the volume at `/var/lib/postgresql`, or set `PGDATA`, or \
                            [upgrade](../how-to/upgrade-to-another-major-version.md)\
                            """),
                    ours(
                            "its system identifier is …, another cluster",
                            "`PRIMARY_HOST` leads to another cluster",
                            "correct it, or an empty volume for the replica"),
                    ours(
                            "global/pg_control is corrupt",
                            "the volume is damaged, or was copied while the server ran",
                            "[restore a backup](../how-to/restore-a-backup.md), or an empty volume for a replica"));

    static final List<Trouble> UNAVAILABLE =
            List.of(
                    ours(
                            "its name cannot be resolved",
                            "the primary is down, or its name or the network is wrong",
                            "start it; `getent hosts NAME` in the container"),
                    server(
                            "Connection refused",
                            "no server listens there: it is down or starts, or the port is wrong",
                            "start it; check `PRIMARY_HOST` and `PRIMARY_PORT`"),
                    ours(
                            "it rejects the password of the replication role",
                            "the two nodes have different passwords",
                            "the same `REPLICATION_PASSWORD` on each node, then restart the primary"),
                    ours(
                            "its pg_hba.conf lets no replication in from here",
                            """
                            the address is not in `REPLICATION_NETWORK` of the primary, or your own \
                            `pg_hba.conf` does not let it in\
                            """,
                            "add it there, and reload the primary"),
                    ours(
                            "it does not prove that it knows the password",
                            "the server asks for md5 or a password in clear text",
                            "SCRAM on the primary: [REPLICATION_REQUIRE_AUTH](peers.md#replication_require_auth)"),
                    ours(
                            "did not take over in time",
                            "`switchover`: the standby's log says why; this node takes writes again",
                            "correct that, and switch over again"),
                    ours(
                            "the server is still in recovery after",
                            "`promote`: there is much WAL to replay",
                            "wait: PID 1 completes it"));

    static final List<Trouble> CANNOT_CREATE =
            List.of(
                    ours(
                            "PostgreSQL refuses to, and there is no user",
                            "the container runs as root, and the image has no user `postgres`",
                            "start it with `--user`"));

    static final List<Trouble> IO =
            List.of(
                    ours(
                            "there is not enough free space",
                            "the volume is too small for what the start has to do",
                            """
                            [make space](../how-to/make-space.md), never by deleting in `pg_wal`; \
                            `ON_DISK_FULL=hold` keeps the container up meanwhile\
                            """),
                    server(
                            "No space left on device",
                            "the volume, or a quota of it, is full",
                            "[make space](../how-to/make-space.md), never by deleting in `pg_wal`"));

    static final List<Trouble> BUSY =
            List.of(
                    ours(
                            "waited … (VOLUME_WAIT)",
                            "another container has the volume, or has not ended yet",
                            "stop it; in an update the old container ends before the new one starts"));

    static final List<Trouble> UNSAFE =
            List.of(
                    ours(
                            "its history has diverged from the primary's",
                            "this node has commits that the primary does not have",
                            "save what only this node has, then `REJOIN=rewind`, or `REJOIN=reclone`"),
                    ours(
                            "cannot promote …: the peer … is a primary of the same cluster",
                            "another node takes writes",
                            "start this node as a replica, or stop that primary first"),
                    ours(
                            "while its primary … may live",
                            "`promote` on a replica whose primary answers",
                            "stop the primary, make sure that it stays down, and promote then"),
                    ours(
                            "another node was promoted before",
                            "this volume is older than a promotion elsewhere",
                            "start the node that was promoted, and this one as its replica"),
                    ours(
                            "cannot create a cluster in …, which is empty: the peer … has one already",
                            "the volume of this node was lost",
                            "[A volume is lost](../how-to/when-something-is-wrong.md#a-volume-is-lost)"),
                    ours(
                            "it is a standby that has lost its standby.signal",
                            "somebody removed the file, or the volume was copied without it",
                            "start it as a replica, or put an empty `standby.signal` there to promote it"));

    static final List<Trouble> CONFIGURATION =
            List.of(
                    ours(
                            "Database is uninitialized and superuser password is not specified",
                            "the volume is empty, and no password is set",
                            "`POSTGRES_PASSWORD` or `POSTGRES_PASSWORD_FILE`"),
                    ours(
                            "both … and … are set (but are exclusive)",
                            "a variable is set twice, as a value and as a file",
                            "unset one"),
                    ours(
                            "has no effect without HA_MODE=native",
                            "the variable belongs to replication, and the node is standalone",
                            "set `HA_MODE=native`, or unset it"),
                    ours(
                            "must be a port number",
                            """
                            with a value such as `tcp://10.0.0.1:5432`: Kubernetes sets it for a Service of \
                            that name\
                            """,
                            "`enableServiceLinks: false`, or rename the Service"),
                    ours(
                            "cannot start the server with these settings",
                            "the server's own parser refuses a `POSTGRES_CONF_` variable or an argument",
                            "correct the setting that the text names; `entrypoint validate` checks them"),
                    ours(
                            "is mounted read-only",
                            "a file is mounted into the data directory",
                            "mount it writable, or outside `PGDATA`"),
                    ours(
                            "has no effect here (a script of yours may read it)",
                            "a variable is mistyped, or belongs to another image",
                            "`entrypoint variables` lists the right names"));

    /// Of a node that runs.
    static final List<Trouble> RUNNING =
            List.of(
                    ours(
                            "Standby … is missing",
                            "it has not streamed for 30 s",
                            "start it, or look at its log and the network"),
                    ours(
                            "Cannot archive WAL",
                            "`archive_command` fails, and `pg_wal` grows until it succeeds",
                            "correct `archive_command`; the server tries again by itself"),
                    ours(
                            "This replica cannot go on replicating",
                            "its upstream has removed WAL",
                            "`REJOIN=reclone` and a restart; `REPLICATION_SLOT=auto` prevents it"),
                    ours(
                            "Cannot ask the server for its state",
                            """
                            the login as `POSTGRES_USER` is refused: lag and slots are unknown, the server \
                            serves\
                            """,
                            "let that user in on the socket in `pg_hba.conf`"),
                    ours(
                            "/dev/shm has",
                            "parallel queries can fail for want of shared memory",
                            "`--shm-size=1g`; Kubernetes: an `emptyDir` with `medium: Memory` there"),
                    server(
                            "could not resize shared memory segment",
                            "`/dev/shm` is full",
                            "`--shm-size=1g`; Kubernetes: an `emptyDir` with `medium: Memory` there"),
                    ours(
                            "Stopping at once: … has been taken over by",
                            "another node has the volume now",
                            "let one container use it: [One volume, one server](volume.md#one-volume-one-server)"),
                    ours(
                            "POSTGRES_PASSWORD is not the password of",
                            "the variable counts for a new volume only",
                            "`POSTGRES_PASSWORD_SYNC=true`, or `ALTER ROLE`: [Rotate a password](../how-to/rotate-a-password.md)"),
                    server(
                            "requested WAL segment … has already been removed",
                            "the replica was away for longer than its primary keeps WAL",
                            "`REJOIN=reclone` and a restart; `REPLICATION_SLOT=auto` prevents it"),
                    server(
                            "no pg_hba.conf entry for",
                            "the address, user or database is in no rule",
                            "`REPLICATION_NETWORK` for replicas; a rule of your own for clients"),
                    server(
                            "password authentication failed for user",
                            "the password is another one, or the role does not exist",
                            "[A password is wrong](../how-to/when-something-is-wrong.md#a-password-is-wrong)"),
                    server(
                            "sorry, too many clients already",
                            "`max_connections` is reached",
                            "fewer connections, a pooler, or `POSTGRES_CONF_max_connections` and a restart"));

    private CodeTroubles() {}

    static List<Trouble> all() {
        return Stream.of(DATA, UNAVAILABLE, CANNOT_CREATE, IO, BUSY, UNSAFE, CONFIGURATION, RUNNING)
                .flatMap(List::stream)
                .toList();
    }
}
