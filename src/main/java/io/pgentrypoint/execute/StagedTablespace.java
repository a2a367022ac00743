package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.node.Journal;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// A tablespace of a clone, built in a directory of ours below the place where the primary has it.
/// pg_basebackup would write to the place itself, which it wants empty: what a killed one leaves
/// there stops the next one, and could not be told from other people's files.
///
/// @param entry where it belongs and where it is built: in the state directory, where it belongs
///   into the data directory
record StagedTablespace(Journal.Tablespace entry, Layout layout) {

    static StagedTablespace planned(Path place, Layout layout) {
        if (place.equals(layout.dataDirectory()) || place.startsWith(layout.stateDirectory())) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot clone a tablespace to " + place + ": that is no place for one here",
                    "set PGDATA to another directory, or move that tablespace of the primary");
        }
        // No two clones share one, and none takes another's for its own.
        String name =
                Layout.STATE_DIRECTORY
                        + "-"
                        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path above = place.startsWith(layout.dataDirectory()) ? layout.stateDirectory() : place;
        return new StagedTablespace(new Journal.Tablespace(place, above.resolve(name)), layout);
    }

    private Path place() {
        return entry.place();
    }

    private Path staged() {
        return entry.staged();
    }

    /// Where it moves: with the staged cluster, where it belongs into the data directory.
    private Path target() {
        return place().startsWith(layout.dataDirectory())
                ? layout.staging()
                        .dataDirectory()
                        .resolve(layout.dataDirectory().relativize(place()))
                : place();
    }

    /// By the rule of CREATE TABLESPACE (create_tablespace_directories): the place may hold other
    /// files, and tablespaces of servers of other major versions.
    void requireFree(int major) throws IOException {
        if (Files.exists(place()) && !Files.isDirectory(place())) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot clone a tablespace to " + place() + ": it is no directory",
                    "move it away and start again; nothing was touched");
        }
        if (Files.exists(place()) && !Files.isWritable(place())) {
            Identity us = Identity.current();
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot clone a tablespace to "
                            + place()
                            + " as uid "
                            + us.uid()
                            + ": it belongs to "
                            + FileOwner.of(place()).map(FileOwner::toString).orElse("nobody"),
                    "give it to this user: chown it to " + UserMap.onTheHost(us.uid(), us.gid()));
        }
        List<Path> there = content(place(), String.valueOf(major));
        if (!there.isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot clone a tablespace to "
                            + place()
                            + ": "
                            + there.getFirst()
                            + " is there already, of another server or of data that was set aside",
                    "move it away, or mount another volume there, and start again; nothing was"
                            + " touched");
        }
    }

    void create() throws IOException {
        Path above = AtomicFiles.parent(staged());
        List<Path> missing = new ArrayList<>();
        for (Path each = above; !Files.exists(each); each = AtomicFiles.parent(each)) {
            missing.add(each);
        }
        if (!missing.isEmpty()) {
            AtomicFiles.createPrivate(above);
        }
        Path _ =
                Files.createDirectory(
                        staged(),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        AtomicFiles.sync(above);
        for (Path each : missing) {
            AtomicFiles.sync(AtomicFiles.parent(each));
        }
    }

    /// An equals sign separates the two; a backslash before it takes its meaning
    /// (tablespace_list_append of pg_basebackup.c).
    String mapping() {
        return quoted(place()) + "=" + quoted(staged());
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

    /// A base backup brings a directory for a tablespace that the primary has in its own data
    /// directory, and none for another.
    void prepareTarget() throws IOException {
        Files.createDirectories(target());
    }

    boolean isEmpty() throws IOException {
        return FileTree.list(staged()).isEmpty();
    }

    /// Before anything moves: a place whose volume is not mounted this time looks as if all had
    /// moved.
    void requireBuilt(String major) throws IOException {
        boolean there =
                !content(staged(), major).isEmpty()
                        || !content(target(), major).isEmpty()
                        || !content(place(), major).isEmpty();
        if (!there) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot publish the new cluster: its tablespace for "
                            + place()
                            + " is neither in "
                            + staged()
                            + " nor in its place",
                    "mount the volume that was there when it was cloned, and start again");
        }
    }

    /// Done again after a kill it goes on where it was.
    void moveUp() throws IOException {
        for (Path each : FileTree.list(staged())) {
            Path to = target().resolve(each.getFileName());
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(
                        ExitCode.DATA,
                        "cannot publish the new cluster: " + to + " exists and is not ours",
                        "move it away and start again; nothing was overwritten");
            }
            Files.move(each, to, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.isDirectory(target())) {
            AtomicFiles.sync(target());
        }
        Files.deleteIfExists(staged());
        relink();
    }

    /// Lets the staged cluster's link lead to the place.
    private void relink() throws IOException {
        Path links = layout.staging().dataDirectory().resolve("pg_tblspc");
        for (Path link : FileTree.list(links)) {
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(staged())) {
                Path beside = layout.stateDirectory().resolve("pgsql_tmp_link");
                Files.deleteIfExists(beside);
                Path made = Files.createSymbolicLink(beside, place());
                Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
                AtomicFiles.sync(links);
            }
        }
    }

    /// The place itself stays: it may have been there before, and is empty otherwise.
    void discard() throws IOException {
        FileTree.delete(staged());
        Path above = AtomicFiles.parent(staged());
        if (Files.isDirectory(above)) {
            AtomicFiles.sync(above);
        }
    }

    private static List<Path> content(Path directory, String major) throws IOException {
        return FileTree.list(directory).stream()
                .filter(each -> String.valueOf(each.getFileName()).startsWith("PG_" + major + "_"))
                .toList();
    }
}
