package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.execute.root.Ownership;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What we keep in a data directory.
public final class StateDirectory {

    private StateDirectory() {}

    /// What is thrown away and made anew whenever it is needed; a start that was killed leaves it.
    private static final Set<String> PASSING =
            Set.of(
                    "clock",
                    "clone",
                    "model",
                    "nss.passwd",
                    "nss.group",
                    "pgsql_tmp_link",
                    "pgsql_tmp_going",
                    "pgsql_tmp_new_pair");

    /// For somebody who wants the data directory empty. Clusters that were moved aside lie here
    /// too, and these are the user's.
    public static void remove(Layout layout) throws IOException {
        List<Path> entries = FileTree.list(layout.stateDirectory());
        List<Path> others = new ArrayList<>();
        for (Path entry : entries) {
            if (!isOurs(entry, layout)) {
                others.add(entry);
            }
        }
        if (!others.isEmpty()) {
            throw Refusals.notEmptyForPatroni(layout, others);
        }
        for (Path entry : entries) {
            FileTree.delete(entry);
        }
        try {
            Files.deleteIfExists(layout.stateDirectory());
        } catch (DirectoryNotEmptyException e) {
            // A heartbeat came in between, and it makes no directory.
            FileTree.delete(layout.lockOwner());
            Files.deleteIfExists(layout.stateDirectory());
        }
        // pg_basebackup, unlike initdb, leaves the directory's mode as it is.
        Ownership.narrow(layout.dataDirectory());
        AtomicFiles.sync(layout.dataDirectory());
    }

    public static void markRestored(Layout layout) throws IOException {
        AtomicFiles.createPrivate(layout.stateDirectory());
        AtomicFiles.createEmpty(layout.restoredMark());
        AtomicFiles.sync(layout.stateDirectory());
    }

    /// Whether nobody misses it. An empty directory is one that was to be filled by a start that
    /// was killed before.
    static boolean isOurs(Path entry, Layout layout) throws IOException {
        String name = String.valueOf(entry.getFileName());
        Set<String> names = new TreeSet<>(PASSING);
        for (Path kept :
                List.of(
                        layout.lock(),
                        layout.lockOwner(),
                        layout.nodeState(),
                        layout.journal(),
                        layout.passFile(),
                        layout.serverCertificate(),
                        layout.serverKey(),
                        layout.clientAuthorities(),
                        layout.restoredMark(),
                        layout.standbys(),
                        layout.oldServer(),
                        layout.upgraded(),
                        layout.libc())) {
            names.add(String.valueOf(kept.getFileName()));
        }
        return names.contains(name)
                // Of AtomicFiles, for the time of a write.
                || names.stream().anyMatch(each -> name.equals(("pgsql_tmp_" + each)))
                || (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                        && FileTree.list(entry).isEmpty());
    }
}
