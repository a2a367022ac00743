package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// A tablespace of a clone, built in a directory of ours below the place where the primary has it.
/// pg_basebackup would write to the place itself, which it wants empty: what a killed one leaves
/// there stops the next one, and could not be told from other people's files.
///
/// @param place where it belongs
/// @param staged where it is built; in the state directory, where it belongs into the data
///   directory
record StagedTablespace(Path place, Path staged) {

    static StagedTablespace planned(Path place, Layout layout) {
        if (place.startsWith(layout.dataDirectory())) {
            return new StagedTablespace(
                    place, inside(layout).resolve(layout.dataDirectory().relativize(place)));
        }
        // No two clones share one, and none takes another's for its own.
        String name =
                Layout.STATE_DIRECTORY
                        + "-"
                        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return new StagedTablespace(place, place.resolve(name));
    }

    /// As the journal has it.
    static StagedTablespace journalled(Path staged, Layout layout) {
        return new StagedTablespace(
                staged.startsWith(inside(layout))
                        ? layout.dataDirectory().resolve(inside(layout).relativize(staged))
                        : AtomicFiles.parent(staged),
                staged);
    }

    /// Not in the staging place: a base backup makes an empty directory there.
    private static Path inside(Layout layout) {
        return layout.stateDirectory().resolve("tablespaces");
    }

    /// By the rule of CREATE TABLESPACE (create_tablespace_directories): the place may hold other
    /// files, and tablespaces of servers of other major versions.
    void requireFree(int major) throws IOException {
        String ours = "PG_" + major + "_";
        for (Path entry : FileTree.list(place)) {
            if (String.valueOf(entry.getFileName()).startsWith(ours)) {
                throw taken(entry);
            }
        }
    }

    void create(Layout layout) throws IOException {
        Path above = AtomicFiles.parent(staged);
        if (!Files.exists(above)) {
            AtomicFiles.createPrivate(above);
        }
        Path _ =
                Files.createDirectory(
                        staged,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
    }

    /// An equals sign separates the two; a backslash before it takes its meaning
    /// (tablespace_list_append of pg_basebackup.c).
    String mapping() {
        return quoted(place) + "=" + quoted(staged);
    }

    private static String quoted(Path path) {
        String text = path.toString();
        if (text.endsWith("\\")) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot clone the tablespace at "
                            + text
                            + ": pg_basebackup takes no path that ends in a backslash",
                    "move that tablespace of the primary to another place");
        }
        return text.replace("=", "\\=");
    }

    /// Moves it up, or into the staged cluster, with which it moves. Done again after a kill it
    /// goes on where it was.
    void moveUp(Layout layout) throws IOException {
        Path up =
                isInside(layout)
                        ? layout.staging()
                                .dataDirectory()
                                .resolve(layout.dataDirectory().relativize(place))
                        : place;
        for (Path entry : FileTree.list(staged)) {
            Path to = up.resolve(entry.getFileName());
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw taken(to);
            }
            Files.createDirectories(up);
            Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.deleteIfExists(staged)) {
            AtomicFiles.sync(up);
        }
    }

    /// The staged cluster's link to it.
    private Optional<Path> link(Layout layout) throws IOException {
        for (Path link : FileTree.list(layout.staging().dataDirectory().resolve("pg_tblspc"))) {
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(staged)) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    /// Lets that link lead to the place.
    void relink(Layout layout) throws IOException {
        Optional<Path> link = link(layout);
        if (link.isPresent()) {
            Path beside = layout.stateDirectory().resolve("pgsql_tmp_link");
            Files.deleteIfExists(beside);
            Path made = Files.createSymbolicLink(beside, place);
            Files.move(made, link.get(), StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(AtomicFiles.parent(link.get()));
        }
    }

    /// The place itself stays: it may have been there before, and is empty otherwise.
    void discard() throws IOException {
        FileTree.delete(staged);
    }

    /// Once all have been moved or discarded.
    static void sweep(Layout layout) throws IOException {
        FileTree.delete(inside(layout));
    }

    private boolean isInside(Layout layout) {
        return place.startsWith(layout.dataDirectory());
    }

    private static Refusal taken(Path entry) {
        return new Refusal(
                ExitCode.DATA,
                "cannot put a tablespace of the clone in its place: " + entry + " is not ours",
                "move it away, or mount another volume there, and start again; nothing was"
                        + " overwritten");
    }
}
