package io.pgentrypoint.execute.move;

import io.pgentrypoint.observe.datadir.Relocation.Kind;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why a cluster is not moved, nor discarded.
final class Refusals {

    private Refusals() {}

    static Refusal mountedInside(Path mount, Layout layout) {
        return new Refusal(
                ExitCode.DATA,
                "cannot move the cluster in %s: %s is mounted into it"
                        .formatted(layout.dataDirectory(), mount),
                "mount the volume only, and what is mounted into it again afterwards");
    }

    static Refusal gone(Path entry, Layout layout) {
        return refused(
                "cannot put the cluster in its place: %s is gone".formatted(entry),
                "remove %s and what else of this cluster is left, and start again"
                        .formatted(layout.stateDirectory()));
    }

    static Refusal externalGone(Path place, Path beside) {
        return refused(
                "cannot put the cluster in its place: the content of %s is neither there nor in %s"
                        .formatted(place, beside),
                "mount the volume that was there before, and start again");
    }

    static Refusal taken(Path from, Path to) {
        return refused(
                "cannot move %s to %s: that exists and is not ours".formatted(from, to),
                "move %s away and start again; nothing was overwritten".formatted(to));
    }

    static Refusal unknownContent(Path place, Path entry) {
        return refused(
                "cannot use %s: it holds %s, and no journal says what that is"
                        .formatted(place, entry),
                "move it away and start again; nothing was touched");
    }

    static Refusal notEmptyForPatroni(Layout layout, List<Path> kept) {
        return refused(
                "cannot give %s to Patroni, which wants it empty: it keeps %s"
                        .formatted(
                                layout.dataDirectory(),
                                kept.stream()
                                        .map(Path::toString)
                                        .collect(Collectors.joining(", "))),
                "move that to another place and start again; nothing was deleted");
    }

    static Refusal notWritten(Path directory, String complaint) {
        return new Refusal(
                ExitCode.IO,
                "cannot write %s to disk: %s".formatted(directory, complaint),
                "check the volume and its file system, and start again");
    }

    static Refusal mountOfOthers(Path mount, Layout layout) {
        return refused(
                """
                cannot discard an unfinished first boot: %s is a mount of its own in %s, and not \
                ours\
                """
                        .formatted(mount, layout.dataDirectory()),
                "unmount it (a single mounted file too), and start again; nothing was touched");
    }

    static Refusal walOfOthers(Path file) {
        return refused(
                "cannot discard the WAL of an unfinished first boot: %s is not ours"
                        .formatted(file),
                "move that file away and start again; nothing was touched");
    }

    static Refusal walOfAnotherCluster(Path segment, String systemIdentifier) {
        return refused(
                """
                cannot discard the WAL of an unfinished first boot: %s belongs to another cluster, \
                with system identifier %s\
                """
                        .formatted(segment, systemIdentifier),
                "set POSTGRES_INITDB_WALDIR and PGDATA to directories that belong together; nothing was touched");
    }

    static Refusal youngerTablespace(Path tablespace, Path link) {
        return refused(
                """
                cannot discard a tablespace of an unfinished first boot: %s is younger than %s, \
                which leads there: another cluster has made it\
                """
                        .formatted(tablespace, link),
                "remove that link and start again; nothing was touched");
    }

    static Refusal tablespaceInWal(Path walDirectory, Path tablespace) {
        return refused(
                "cannot put the WAL in %s: a tablespace of the primary lies in %s"
                        .formatted(walDirectory, tablespace),
                "set POSTGRES_INITDB_WALDIR to another directory; nothing was touched");
    }

    static Refusal tablespaceInStaging(Path place) {
        return refused(
                "cannot publish the new cluster: a tablespace lies inside the data directory, at %s"
                        .formatted(place),
                "put tablespaces outside the data directory");
    }

    static Refusal tablespaceInStateDirectory(Path place) {
        return refused(
                "%s: on this node that is the data directory, or a directory of the entrypoint"
                        .formatted(intent(Kind.TABLESPACE, place)),
                "set PGDATA to another directory, or move that tablespace of the primary");
    }

    static Refusal unmappable(Path tablespace) {
        return refused(
                """
                cannot clone the tablespace at %s: pg_basebackup takes no path that ends in a \
                backslash\
                """
                        .formatted(tablespace),
                "move that tablespace of the primary to another place");
    }

    static Refusal noDirectory(Kind kind, Path place) {
        return refused(
                "%s: it is no directory".formatted(intent(kind, place)),
                "move it away and start again; nothing was touched");
    }

    static Refusal notWritable(Kind kind, Path place, Identity us, Optional<FileOwner> owner) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "%s as uid %s: it belongs to %s"
                        .formatted(
                                intent(kind, place),
                                us.uid(),
                                owner.map(FileOwner::toString).orElse("nobody")),
                "give it to this user: chown it to %s"
                        .formatted(UserMap.onTheHost(us.uid(), us.gid())));
    }

    static Refusal walDirectoryNotEmpty(Path place, Path entry) {
        return refused(
                "%s: it holds %s".formatted(intent(Kind.WAL, place), entry),
                "set POSTGRES_INITDB_WALDIR to an empty directory; nothing was touched");
    }

    static Refusal tablespaceOfAnotherServer(Path place, Path entry) {
        return refused(
                "%s: %s is there already, of another server"
                        .formatted(intent(Kind.TABLESPACE, place), entry),
                "move it away, or mount another volume there, and start again; nothing was touched");
    }

    private static String intent(Kind kind, Path place) {
        return switch (kind) {
            case WAL -> "cannot put the WAL in %s".formatted(place);
            case TABLESPACE -> "cannot clone a tablespace to %s".formatted(place);
        };
    }

    private static Refusal refused(String reason, String remedy) {
        return new Refusal(ExitCode.DATA, reason, remedy);
    }
}
