package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A cluster that was built or rewound in the staging directory, and is whole: before it moves,
/// what is not to come along is removed and the rest is written to disk.
public final class StagedCluster {

    private StagedCluster() {}

    /// Writes a cluster to disk.
    @FunctionalInterface
    public interface Sync {

        /// For a server that does not sync either (fsync=off): a power cut may take its cluster.
        Sync NONE = _ -> {};

        void sync(Path cluster);
    }

    static Journal seal(Layout layout, Relocation relocation, Sync sync) throws IOException {
        ClusterMove move = new ClusterMove(layout, relocation);
        Path directory = move.place();
        // The one file that holds the staging path.
        Files.deleteIfExists(directory.resolve("postmaster.opts"));
        // Both a base backup and a rewind bring lost+found along, and the volume has its own. A
        // rewind also brings the primary's state directory: it skips names that begin with
        // pgsql_tmp only below the top.
        for (Path copied : FileTree.list(directory)) {
            // By name alone it might be a door to snapshots that no listing shows.
            if (Layout.NOT_CONTENT.contains(String.valueOf(copied.getFileName()))) {
                FileTree.delete(copied);
            }
        }
        FileTree.delete(new Layout(directory).stateDirectory());
        refuseLinksInto(directory);
        String major = move.major();
        for (ExternalDirectory each : move.external()) {
            each.discardAllButContent(major);
            each.prepareTarget();
        }
        sync.sync(directory);
        List<String> entries = FileTree.names(directory);
        return new Journal(OnRestart.ROLL_FORWARD, relocation.with(built(move)).moving(entries));
    }

    /// A tablespace that the primary has dropped meanwhile was not sent.
    private static List<External> built(ClusterMove move) throws IOException {
        List<External> built = new ArrayList<>();
        for (ExternalDirectory each : move.external()) {
            if (each.external().kind() == Relocation.Kind.TABLESPACE && each.isEmpty()) {
                each.discard();
            } else {
                built.add(each.external());
            }
        }
        return built;
    }

    /// A tablespace made inside the staging directory would point nowhere after the move;
    /// PostgreSQL only warns of it.
    private static void refuseLinksInto(Path directory) throws IOException {
        for (Path link : FileTree.list(directory.resolve("pg_tblspc"))) {
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(directory)) {
                throw Refusals.tablespaceInStaging(Files.readSymbolicLink(link));
            }
        }
    }

    public static Sync syncing(Programs programs, String initdb, Map<String, String> environment) {
        return directory -> {
            Outcome synced =
                    programs.run(
                            new Command(
                                    "initdb --sync-only",
                                    List.of(initdb, "--sync-only", "-D", directory.toString()),
                                    environment));
            if (!synced.succeeded()) {
                throw Refusals.notWritten(directory, synced.stderr().strip());
            }
        };
    }

    /// For initdb's eyes, beside the staging directory, since initdb wants that empty.
    public static Path superuserPassword(Layout staging) {
        return AtomicFiles.parent(staging.dataDirectory()).resolve("superuser.password");
    }
}
