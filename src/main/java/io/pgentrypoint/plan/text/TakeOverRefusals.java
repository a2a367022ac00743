package io.pgentrypoint.plan.text;

import io.pgentrypoint.observe.access.Access;
import io.pgentrypoint.observe.access.DirectoryOwner;
import io.pgentrypoint.observe.access.Entries;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.observe.access.WriteObstacle;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.List;

/// Why a volume is not taken over.
public final class TakeOverRefusals {

    private static final int SHOWN = 5;

    private TakeOverRefusals() {}

    public static Refusal rootOnly(Access.Lack lack) {
        return switch (lack) {
            case Access.Lack.NoAccount(String name) ->
                    refused(
                            "cannot run as root: PostgreSQL refuses to, and there is no user %s to become"
                                    .formatted(name),
                            "create that user, or start as another one");
            case Access.Lack.NoNativeCalls(String name) ->
                    refused(
                            "cannot become user %s: no native calls on this platform"
                                    .formatted(name),
                            "start it as that user");
            case Access.Lack.NotMapped(ServerUser user) ->
                    refused(
                            "cannot become user %s: uid %d or gid %d means nobody in this user namespace (see /proc/self/uid_map and gid_map)"
                                    .formatted(user.name(), user.uid(), user.gid()),
                            "give the user who runs the rootless engine a range of 65536 ids in /etc/subuid and /etc/subgid, or start the container as a user who is mapped (podman: --userns=keep-id:uid=%d,gid=%d)"
                                    .formatted(user.uid(), user.gid()));
        };
    }

    public static Refusal foreign(Settings settings, List<String> entries) {
        int shown = Math.min(SHOWN, entries.size());
        String names = String.join(", ", entries.subList(0, shown));
        return new Refusal(
                ExitCode.DATA,
                "cannot use %s: it is not empty and not a PostgreSQL cluster; it holds %s"
                        .formatted(
                                settings.dataDirectory(),
                                shown < entries.size() ? names + ", …" : names),
                "mount an empty volume, or set PGDATA to a subdirectory; nothing was touched");
    }

    public static Refusal foreignWal(Path directory, List<String> entries) {
        return new Refusal(
                ExitCode.DATA,
                "cannot put the WAL in %s: it holds %s"
                        .formatted(directory, String.join(", ", entries)),
                "set POSTGRES_INITDB_WALDIR to an empty directory; nothing was touched");
    }

    public static Refusal disputed(Path directory, FileOwner owner, int uid, ServerUser user) {
        return refused(
                "cannot hand %s over to user %s: others may write to it (%s), and the cluster in it belongs to uid %d, who is neither its owner nor root"
                        .formatted(directory, user.name(), owner, uid),
                "if it is yours, give it yourself: chown -R %s %s on the host; nothing was touched"
                        .formatted(user.onTheHost(), directory));
    }

    public static Refusal unlockable(Path directory, String why) {
        return new Refusal(
                ExitCode.DATA,
                "cannot lock %s: %s".formatted(directory, why),
                "find out who made it, remove it, and start again; nothing was touched");
    }

    public static Refusal behindLink(DirectoryOwner.BehindLink link, ServerUser user) {
        return refused(
                "cannot hand %s over to user %s: it leads through the symbolic link %s, which %s"
                        .formatted(link.directory(), user.name(), link.link(), link.why()),
                "name the directory itself, or let root make that link; nothing was touched");
    }

    public static Refusal kept(Path directory, Entries entries, ServerUser user) {
        return refused(
                "cannot hand %s over to user %s: %d files in it have a second name (a hard link) or are devices, such as %s, and giving them away would give away more than is in it"
                        .formatted(directory, user.name(), entries.kept(), entries.firstKept()),
                "copy them, or give all of it yourself: chown -R %s %s on the host"
                        .formatted(user.onTheHost(), directory));
    }

    public static Refusal cannotHandOver(Path directory, ServerUser user, String why) {
        return refused(
                "cannot hand %s over to user %s: %s".formatted(directory, user.name(), why),
                "chown it to %s on the host, or start the container with --user and a volume of that user"
                        .formatted(user.onTheHost()));
    }

    public static Refusal unnameable(String directory) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot use the directory %s of unix_socket_directories: the locale of this process (LANG, LC_ALL) has no such letters"
                        .formatted(directory),
                "set LANG=C.UTF-8, or choose another directory");
    }

    public static Refusal obstacles(Access.AsUser user) {
        List<WriteObstacle> obstacles = user.writing().obstacles();
        return refused(
                "cannot write as uid %s, gid %s: %s"
                        .formatted(
                                user.uid(),
                                user.gid(),
                                join(obstacles.stream().map(WriteObstacle::sentence).toList())),
                join(obstacles.stream().map(WriteObstacle::remedy).toList()));
    }

    private static String join(List<String> parts) {
        return String.join("; ", parts);
    }

    private static Refusal refused(String reason, String remedy) {
        return new Refusal(ExitCode.CANNOT_CREATE, reason, remedy);
    }
}
