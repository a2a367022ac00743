package io.pgentrypoint.observe.volume;

import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The places that the parts of a cluster lie in, or are going to.
///
/// @param wal `pg_wal` in the data directory, where no link leads elsewhere
record ClusterPaths(Path data, Path wal, List<Path> tablespaces) {

    static ClusterPaths of(Settings settings) {
        Path data = settings.dataDirectory();
        return new ClusterPaths(data, wal(settings), tablespaces(data));
    }

    /// What is there counts; the environment says only where a new one is put.
    private static Path wal(Settings settings) {
        Path inside = settings.dataDirectory().resolve("pg_wal");
        return Files.exists(inside, LinkOption.NOFOLLOW_LINKS)
                ? ClusterLinks.wal(settings.dataDirectory())
                        .flatMap(ClusterPaths::target)
                        .orElse(inside)
                : settings.initdb().walDirectory().orElse(inside);
    }

    private static List<Path> tablespaces(Path data) {
        try {
            return ClusterLinks.tablespaces(data).stream()
                    .flatMap(link -> target(link).stream())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // Whoever may not look in here is told by what needs it.
            return List.of();
        }
    }

    private static Optional<Path> target(Path link) {
        try {
            return Optional.of(ClusterLinks.target(link));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
