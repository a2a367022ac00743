package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The moves of a relocation, once its journal is written. `global` leaves the data directory first
/// and enters it last: without `global/pg_control` nothing takes the directory for a cluster. Each
/// move is one rename, so what a kill leaves is done or not done, and a move goes on where it was.
record ClusterMove(Layout layout, Relocation relocation) {

    private static final String GLOBAL = "global";

    Path place() {
        return layout.stateDirectory().resolve(relocation.place());
    }

    List<ExternalDirectory> external() {
        return ExternalDirectory.of(relocation.external(), layout);
    }

    void out(List<String> entries, Path to) throws IOException {
        Path data = layout.dataDirectory();
        List<Path> all = entries.stream().map(data::resolve).toList();
        rename(all.stream().filter(ClusterMove::isGlobal).toList(), to);
        AtomicFiles.sync(data);
        rename(all.stream().filter(each -> !isGlobal(each)).toList(), to);
        AtomicFiles.sync(data);
    }

    void in() throws IOException {
        Path data = layout.dataDirectory();
        String major = major();
        requireComplete();
        requireFree();
        keepGroupAccess();
        for (ExternalDirectory each : external()) {
            each.requireBuilt(major);
        }
        for (ExternalDirectory each : external()) {
            each.moveUp(place());
        }
        List<Path> all = FileTree.list(place());
        rename(all.stream().filter(each -> !isGlobal(each)).toList(), data);
        if (Files.exists(place())) {
            AtomicFiles.sync(place());
        }
        rename(all.stream().filter(ClusterMove::isGlobal).toList(), data);
        Files.deleteIfExists(place());
    }

    /// That of initdb -g, or of the primary that was cloned: backups read it as its group.
    private void keepGroupAccess() throws IOException {
        if (Files.isDirectory(place())
                && Files.getPosixFilePermissions(place())
                        .contains(PosixFilePermission.GROUP_READ)) {
            Files.setPosixFilePermissions(
                    layout.dataDirectory(), PosixFilePermissions.fromString("rwxr-x---"));
        }
    }

    private static boolean isGlobal(Path entry) {
        return entry.endsWith(GLOBAL);
    }

    /// Before anything moves: somebody may have put a file there, a configuration say.
    void requireFree() throws IOException {
        requireFree(FileTree.list(place()), layout.dataDirectory());
    }

    /// What somebody has removed meanwhile is missed before anything moves, `global` in any case.
    private void requireComplete() {
        List<String> wanted = new ArrayList<>(relocation.entries());
        wanted.add(GLOBAL);
        for (String entry : wanted) {
            Path from = place().resolve(entry);
            Path to = layout.dataDirectory().resolve(entry);
            if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)
                    && !Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw Refusals.gone(from, layout);
            }
        }
    }

    /// Of the cluster, wherever the file is by now.
    String major() throws IOException {
        return Optional.of(AtomicFiles.read(place().resolve("PG_VERSION")))
                .filter(version -> !version.isEmpty())
                .orElse(AtomicFiles.read(layout.dataDirectory().resolve("PG_VERSION")))
                .strip();
    }

    static void requireFree(List<Path> entries, Path directory) {
        entries.forEach(each -> requireFree(each, directory.resolve(each.getFileName())));
    }

    static void requireFree(Path from, Path to) {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw Refusals.taken(from, to);
        }
    }

    /// What is not there any more has moved before.
    static void rename(List<Path> entries, Path directory) throws IOException {
        List<Path> left =
                entries.stream()
                        .filter(each -> Files.exists(each, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        requireFree(left, directory);
        for (Path each : left) {
            Files.move(each, directory.resolve(each.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.isDirectory(directory)) {
            AtomicFiles.sync(directory);
        }
    }
}
