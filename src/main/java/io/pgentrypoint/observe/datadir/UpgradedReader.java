package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads what a volume remembers of its last upgrade.
public final class UpgradedReader {

    private UpgradedReader() {}

    /// A note of an upgrade that did not end, or of one before the last, is about another cluster.
    ///
    /// @param major of the cluster that is in its place
    public static Optional<Upgraded> read(Layout layout, int major) {
        return FileBytes.utf8(layout.upgraded())
                .flatMap(Upgraded::parse)
                .filter(found -> found.to() == major)
                .map(found ->
                        isWhole(layout.stateDirectory().resolve(found.aside()))
                                ? found
                                : found.withoutOldCluster());
    }

    /// Users delete it when they want its space.
    private static boolean isWhole(Path cluster) {
        return Files.exists(cluster.resolve("PG_VERSION"))
                && Files.exists(cluster.resolve("global/pg_control"));
    }
}
