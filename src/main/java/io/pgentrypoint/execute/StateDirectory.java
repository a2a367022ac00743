package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What we keep in a data directory.
final class StateDirectory {

    private StateDirectory() {}

    /// For somebody who wants the data directory empty. Clusters that were moved aside lie here
    /// too, and these are the user's.
    static void remove(Layout layout) throws IOException {
        Set<Path> ours =
                Set.of(
                        layout.lock(),
                        layout.holder(),
                        layout.nodeRecord(),
                        layout.journal(),
                        layout.passFile(),
                        layout.libc());
        List<Path> entries = FileTree.list(layout.stateDirectory());
        List<Path> others = entries.stream().filter(entry -> !ours.contains(entry)).toList();
        if (!others.isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot give "
                            + layout.dataDirectory()
                            + " to Patroni, which wants it empty: it keeps "
                            + others.stream().map(Path::toString).collect(Collectors.joining(", ")),
                    "move that to another place and start again; nothing was deleted");
        }
        for (Path entry : entries) {
            FileTree.delete(entry);
        }
        try {
            Files.deleteIfExists(layout.stateDirectory());
        } catch (DirectoryNotEmptyException e) {
            // A heartbeat came in between, and it makes no directory.
            FileTree.delete(layout.holder());
            Files.deleteIfExists(layout.stateDirectory());
        }
        // pg_basebackup, unlike initdb, leaves the directory's mode as it is.
        Ownership.narrow(layout.dataDirectory());
        AtomicFiles.sync(layout.dataDirectory());
    }
}
