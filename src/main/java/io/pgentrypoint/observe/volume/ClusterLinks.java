package io.pgentrypoint.observe.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The links of a cluster to what of it lies outside its directory.
public final class ClusterLinks {

    private ClusterLinks() {}

    public static Optional<Path> wal(Path cluster) {
        return Optional.of(cluster.resolve("pg_wal")).filter(Files::isSymbolicLink);
    }

    public static List<Path> tablespaces(Path cluster) throws IOException {
        Path directory = cluster.resolve("pg_tblspc");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isSymbolicLink).sorted().toList();
        }
    }

    public static List<Path> targets(Path cluster) throws IOException {
        List<Path> targets = new ArrayList<>();
        for (Path tablespace : tablespaces(cluster)) {
            targets.add(target(tablespace));
        }
        Optional<Path> wal = wal(cluster);
        if (wal.isPresent()) {
            targets.add(target(wal.get()));
        }
        return targets;
    }

    /// Absolute, also of a link that somebody made by hand.
    public static Path target(Path link) throws IOException {
        return link.resolveSibling(Files.readSymbolicLink(link)).normalize();
    }
}
