package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.postgres.InstallationFinder;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a cluster of another major version with its own programs, where this image has them.
public final class OldClusterReader {

    private final InstallationFinder finder;
    private final Map<String, String> environment;
    private final Programs programs;

    public OldClusterReader(
            InstallationFinder finder, Map<String, String> environment, Programs programs) {
        this.finder = finder;
        this.environment = environment;
        this.programs = programs;
    }

    public DataDirectory read(Layout layout, DataDirectory.OtherMajor other) {
        Optional<Installation> old = finder.find(other.found());
        if (old.isEmpty()) {
            return other;
        }
        try {
            ControlData control =
                    new ControlDataReader(old.get(), environment, programs)
                            .read(layout.dataDirectory());
            return new DataDirectory.OtherMajor(
                    other.found(),
                    Optional.of(
                            new OldCluster(
                                    old.get().binDirectory(),
                                    control,
                                    DataDirectoryReader.role(layout, control),
                                    outside(layout.dataDirectory()),
                                    answer(layout, control))));
        } catch (Unreadable e) {
            return new DataDirectory.Damaged(e.why());
        }
    }

    /// Of a server that has not run since: each one writes a checkpoint at its end.
    private static Optional<OldServer> answer(Layout layout, ControlData control)
            throws Unreadable {
        return FileBytes.utf8(layout.oldServer())
                .flatMap(OldServer::parse)
                .filter(said ->
                        control.state().equals("shut down")
                                && said.checkpoint().equals(control.checkpoint()));
    }

    private static Optional<String> outside(Path directory) {
        if (Files.isSymbolicLink(directory.resolve("pg_wal"))) {
            return Optional.of("its WAL directory, to which pg_wal is a link");
        }
        try (Stream<Path> tablespaces = Files.list(directory.resolve("pg_tblspc"))) {
            return tablespaces.findAny().map(link -> "the tablespace " + link);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
