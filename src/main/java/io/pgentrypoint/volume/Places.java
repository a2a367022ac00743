package io.pgentrypoint.volume;

import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The places that a cluster lies in, or is going to.
///
/// @param wal where it is outside the data directory
/// @param tablespaces those outside the data directory
record Places(Path data, Optional<Path> wal, List<Path> tablespaces) {

    static Places of(Settings settings) {
        Path data = settings.dataDirectory();
        return new Places(data, wal(settings), tablespaces(data));
    }

    /// What is there counts; the environment says only where a new one is put.
    private static Optional<Path> wal(Settings settings) {
        Path data = settings.dataDirectory();
        if (Files.exists(data.resolve("pg_wal"), LinkOption.NOFOLLOW_LINKS)) {
            return ClusterLinks.wal(data)
                    .flatMap(Places::target)
                    .filter(place -> !place.startsWith(data));
        }
        return settings.initdb().walDirectory();
    }

    private static List<Path> tablespaces(Path data) {
        try {
            return ClusterLinks.tablespaces(data).stream()
                    .flatMap(link -> target(link).stream())
                    .filter(place -> !place.startsWith(data))
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
