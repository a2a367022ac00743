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
import java.util.TreeMap;
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

    /// @param ours the PostgreSQL that the cluster may be upgraded to
    public DataDirectory read(Layout layout, DataDirectory.OtherMajor other, Installation ours) {
        Optional<Installation> old = finder.find(other.found());
        if (old.isEmpty()) {
            return other;
        }
        try {
            ControlData control =
                    new ControlDataReader(old.get(), environment, programs)
                            .read(layout.dataDirectory());
            Optional<OldServer> answer = answer(layout, control);
            return new DataDirectory.OtherMajor(
                    other.found(),
                    Optional.of(
                            new OldCluster(
                                    old.get().binDirectory(),
                                    control,
                                    DataDirectoryReader.role(layout, control),
                                    outside(layout.dataDirectory()),
                                    answer,
                                    answer.map(said -> offered(said, ours)).orElse(Map.of()))));
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

    private static Map<String, String> offered(OldServer said, Installation ours) {
        Map<String, String> offered = new TreeMap<>();
        for (OldServer.Installed each : said.extensions()) {
            ours.extensionVersion(each.name())
                    .ifPresent(version -> offered.put(each.name(), version));
        }
        return offered;
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
