package io.pgentrypoint.observe.volume;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Looks at a volume and changes nothing, not even the time of a file.
public final class VolumeReader {

    /// A lock owner that was killed wrote this long ago at most.
    private static final Duration FRESH = Duration.ofSeconds(35);

    private VolumeReader() {}

    public static Volume read(Settings settings) {
        Path data = settings.dataDirectory();
        ClusterPaths places = ClusterPaths.of(settings);
        Mounts mounts = Mounts.read();
        return new Volume(
                user(new Layout(data)),
                PostmasterPidReader.read(data),
                space(data),
                wal(places),
                VolumeWarnings.of(settings, places, mounts),
                LegacyLocations.holding(data),
                ClusterContentsReader.read(new Layout(data), mounts));
    }

    /// Of tablespaces that are to come.
    public static List<String> warnings(Settings settings, List<Path> tablespaces) {
        return tablespaces.isEmpty()
                ? List.of()
                : VolumeWarnings.ofTablespaces(settings, tablespaces, Mounts.read());
    }

    /// What /dev/shm is too small for.
    public static Optional<String> sharedMemory(Settings settings) {
        return VolumeWarnings.sharedMemory(settings);
    }

    private static Optional<Space> space(Path directory) {
        return Optional.of(Space.read(directory)).filter(space -> space.total() > 0);
    }

    /// Only when it is on a file system of its own. Two mounts do not make two: two named volumes
    /// are two directories of one disk.
    private static Optional<Space> wal(ClusterPaths places) {
        try {
            return Space.device(Space.existing(places.wal()))
                            .equals(Space.device(Space.existing(places.data())))
                    ? Optional.empty()
                    : space(places.wal());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// In this container it is us, or whom we were asked about from inside.
    public static Optional<LockOwner> user(Layout layout) {
        return LockOwnerReader.read(layout)
                .filter(found -> found.beatAt().plus(FRESH).isAfter(Instant.now()))
                .map(LockOwnerReader.Found::lockOwner)
                .filter(lockOwner -> !lockOwner.isNeighbourOf(LockOwnerReader.ourselves(true)));
    }
}
