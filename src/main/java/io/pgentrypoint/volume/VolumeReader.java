package io.pgentrypoint.volume;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Looks at a volume and changes nothing, not even the time of a file.
public final class VolumeReader {

    /// A holder that was killed wrote this long ago at most.
    private static final Duration FRESH = Duration.ofSeconds(35);

    private VolumeReader() {}

    public static Volume read(Settings settings) {
        Path data = settings.dataDirectory();
        Places places = Places.of(settings);
        return new Volume(
                user(new Layout(data)),
                PostmasterPidReader.read(data),
                space(data),
                wal(settings, Mounts.read()).flatMap(VolumeReader::space),
                Doubts.of(settings, places, Mounts.read()),
                OtherLayouts.holding(data));
    }

    /// Of tablespaces that are to come.
    public static List<String> doubts(Settings settings, List<Path> tablespaces) {
        return tablespaces.isEmpty()
                ? List.of()
                : Doubts.ofTablespaces(settings, tablespaces, Mounts.read());
    }

    private static Optional<Space> space(Path directory) {
        return Optional.of(Space.read(directory)).filter(space -> space.total() > 0);
    }

    /// Only when it is on a file system of its own.
    private static Optional<Path> wal(Settings settings, Mounts mounts) {
        Path inside = settings.dataDirectory().resolve("pg_wal");
        Path wal = Files.exists(inside) ? inside : settings.initdb().walDirectory().orElse(inside);
        Path data = Space.existing(settings.dataDirectory());
        return mounts.of(Space.existing(wal)).equals(mounts.of(data))
                ? Optional.empty()
                : Optional.of(wal);
    }

    /// In this container it is us, or whom we were asked about from inside.
    private static Optional<Holder> user(Layout layout) {
        return HolderReader.read(layout)
                .filter(found -> found.beatAt().plus(FRESH).isAfter(Instant.now()))
                .map(HolderReader.Found::holder)
                .filter(holder -> !holder.isNeighbourOf(HolderReader.ourselves(true)));
    }
}
