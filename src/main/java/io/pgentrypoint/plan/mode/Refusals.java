package io.pgentrypoint.plan.mode;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.plan.text.OfficialText;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Why a plan is not made.
final class Refusals {

    /// What `ls` ends with for a directory that it cannot open.
    private static final int CANNOT_LIST = 2;

    private Refusals() {}

    static Refusal noPassword() {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "Database is uninitialized and superuser password is not specified",
                """
                set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE to a non-empty value; or, not \
                recommended, POSTGRES_HOST_AUTH_METHOD=trust to allow all connections without a \
                password\
                """,
                OfficialText.noPassword());
    }

    static Refusal withoutSignal(Settings settings) {
        return unsafe(
                """
                cannot start %s as %s: it is a standby that has lost its standby.signal, and \
                opened read-write it would write a second history on its primary's timeline\
                """
                        .formatted(settings.dataDirectory(), settings.title()),
                """
                create an empty standby.signal in it and start again, which promotes it; or start \
                it as what it is (HA_MODE=native REPLICATION_ROLE=replica PRIMARY_HOST=…)\
                """);
    }

    static Refusal unfinishedRewind(Path dataDirectory, Path staging) {
        return unsafe(
                """
                cannot start %s: an earlier rewind of it did not end, and what is in %s is neither \
                the old cluster nor the new one\
                """
                        .formatted(dataDirectory, staging),
                """
                start it as a replica with REJOIN=reclone, which clones it anew and keeps what is \
                left, or restore it from a backup\
                """);
    }

    static Refusal otherMajor(HostPort primary, int theirs, int ours) {
        return new Refusal(
                ExitCode.DATA,
                "cannot clone %s: it runs PostgreSQL %s, and this is PostgreSQL %s"
                        .formatted(primary, theirs, ours),
                "run both nodes from the image of one major version");
    }

    static Refusal readOnlyRules(String step, Path file) {
        return readOnly(
                step,
                file,
                """
                mount it writable, or not at all. To keep one that nobody changes, mount it \
                outside PGDATA and name it: -c hba_file=…, with the rules of `entrypoint render` \
                in it\
                """);
    }

    static Refusal readOnlyConfiguration(String step, Path file) {
        return readOnly(
                step,
                file,
                """
                mount it writable, or not at all. To keep one that nobody changes, mount it \
                outside PGDATA and name it: -c config_file=…; what this mode needs is given to the \
                server as arguments then\
                """);
    }

    private static Refusal readOnly(String step, Path file, String remedy) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot %s: %s is mounted read-only".formatted(step, file),
                remedy);
    }

    /// @param before what does not work, or has ended
    static Refusal noSpace(String before, String missing) {
        return new Refusal(
                ExitCode.IO,
                "%s there is not enough free space: %s".formatted(before, missing),
                """
                free space or enlarge the volume, never by deleting in pg_wal; ON_DISK_FULL=hold \
                keeps the container up meanwhile and says what fills it\
                """);
    }

    static Refusal unusableScript(Path file, String why, int others) {
        return new Refusal(
                ExitCode.NOT_EXECUTABLE,
                others > 0
                        ? "cannot run %s: %s; and %s more like it".formatted(file, why, others)
                        : "cannot run %s: %s".formatted(file, why),
                "correct or remove it; nothing was built");
    }

    static Refusal unlisted(Path directory, String why) {
        return new Refusal(
                CANNOT_LIST,
                "cannot list %s: %s".formatted(directory, why),
                "make it readable (chmod a+rx), or do not mount it; nothing was built",
                "ls: cannot open directory '%s/': %s\n".formatted(directory, why));
    }

    static Refusal lostPeer(Path dataDirectory, String peer) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                """
                cannot start %s as a primary: an earlier start saw the peer %s take writes and \
                began to follow it, and that peer does not answer now\
                """
                        .formatted(dataDirectory, peer),
                "start that peer; or take it out of PEER_HOSTS, if it will not come back");
    }

    static Refusal ownPeer(HostPort address) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot follow the peer %s: it is this node itself".formatted(address),
                "check PEER_HOSTS");
    }

    static Refusal noReplica(OptionalInt primaryOn) {
        return new Refusal(
                ExitCode.DATA,
                primaryOn.isPresent()
                        ? "cannot promote this node: it is no replica, but a primary on timeline %s"
                                .formatted(primaryOn.getAsInt())
                        : "cannot promote this node: it is no replica",
                "run promote on a replica; entrypoint status tells which one is");
    }

    static Refusal noSuccessor(HostPort primary, StandbyState state) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot take over from %s: %s"
                        .formatted(
                                primary,
                                state.held()
                                        ? "replay is paused or delayed here"
                                        : "this standby does not stream from it"),
                "let this standby replay what it streams, and switch over again");
    }

    static Refusal primaryMayLive(HostPort primary, String because) {
        return unsafe(
                "cannot promote this replica while its primary %s may live: %s"
                        .formatted(primary, because),
                """
                stop the primary, make sure that it stays down, and promote then; with \
                --even-if-primary-answers both take writes, under one system identifier, and what \
                one of the two has written is lost in the end\
                """);
    }

    static Refusal overrulable(Refusal refusal) {
        return new Refusal(
                refusal.exitCode(),
                refusal.reason(),
                "%s; promote --even-if-primary-answers does it all the same"
                        .formatted(refusal.remedy()));
    }

    static Refusal noPatroni() {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot run with USE_PATRONI=true: there is no program patroni in PATH",
                "use the image's default target, which has it, or install the package patroni");
    }

    static Refusal otherScope(String scope, String theirs, Path dataDirectory, String ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot join %s: its system identifier in the DCS is %s, and %s belongs to %s, \
                another cluster\
                """
                        .formatted(scope, theirs, dataDirectory, ours),
                """
                give this member an empty volume, or another PATRONI_SCOPE; patronictl remove \
                frees a scope whose cluster is gone\
                """);
    }

    static Refusal otherLeader(String scope, Path dataDirectory, String leader) {
        return unsafe(
                """
                cannot join %s with %s: it was a primary outside Patroni and may hold commits that \
                the leader %s never received; Patroni would rewind them away\
                """
                        .formatted(scope, dataDirectory, leader),
                "save what you need of it, and give this member an empty volume");
    }

    static Refusal citusVolume(Settings settings, String database) {
        return unsafe(
                """
                cannot run %s as %s: it is a Citus node's volume, with distributed tables in \
                database %s\
                """
                        .formatted(settings.dataDirectory(), settings.title(), database),
                """
                set USE_CITUS=true as before; to leave Citus, first undistribute its tables and \
                drop the extension (docs/how-to/use-citus.md); nothing was touched\
                """);
    }

    static Refusal citusUnderPatroni(Path dataDirectory) {
        return unsafe(
                """
                cannot run %s with USE_CITUS=true: it belongs to a Patroni cluster without Citus, \
                and Patroni would take the cluster with Citus for another one\
                """
                        .formatted(dataDirectory),
                """
                stop all members, start the leader's volume once as a standalone server, then with \
                USE_PATRONI=true and USE_CITUS=true, and give the other members empty volumes \
                (docs/how-to/use-citus.md); nothing was touched\
                """);
    }

    static Refusal noCitus(int major, Path binDirectory) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot run with USE_CITUS=true: this PostgreSQL %d (%s) has no library citus"
                        .formatted(major, binDirectory),
                """
                build the image with CITUS_PACKAGE=… CITUS_REPOSITORY=…, or on a base image that \
                has Citus (docs/how-to/use-citus.md); nothing was written\
                """);
    }

    static Refusal citusIsGone(Path dataDirectory, String database, int major, Path binDirectory) {
        return unsafe(
                """
                cannot run %s: it is a Citus node's volume, with distributed tables in database \
                %s, and this PostgreSQL %d (%s) has no library citus\
                """
                        .formatted(dataDirectory, database, major, binDirectory),
                """
                run the image with Citus; to leave Citus, first undistribute its tables and drop \
                the extension there (docs/how-to/use-citus.md); nothing was touched\
                """);
    }

    static Refusal citusOnStandby(Path dataDirectory) {
        return unsafe(
                "cannot run %s with USE_CITUS=true: it holds a standby".formatted(dataDirectory),
                """
                promote it first, by a start without USE_CITUS (docs/how-to/use-citus.md); nothing \
                was touched\
                """);
    }

    private static Refusal unsafe(String reason, String remedy) {
        return new Refusal(ExitCode.UNSAFE, reason, remedy);
    }
}
