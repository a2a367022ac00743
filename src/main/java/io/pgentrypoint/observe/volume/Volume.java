package io.pgentrypoint.observe.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is known of the volume itself, whatever it holds.
///
/// @param user someone else who runs on it
/// @param data the file system of PGDATA; empty when it cannot be asked
/// @param wal that of pg_wal, when it is another one
/// @param warnings what may go wrong with it one day, one sentence each
/// @param elsewhere clusters at the places where other layouts of images keep theirs
/// @param contents of the cluster in PGDATA
public record Volume(
        Optional<LockOwner> user,
        PostmasterPid postmasterPid,
        Optional<Space> data,
        Optional<Space> wal,
        List<String> warnings,
        List<Path> elsewhere,
        ClusterContents contents) {

    public Volume {
        warnings = List.copyOf(warnings);
        elsewhere = List.copyOf(elsewhere);
    }

    /// With nothing in it that a plan would have to know.
    public Volume(
            Optional<LockOwner> user,
            PostmasterPid postmasterPid,
            Optional<Space> data,
            Optional<Space> wal,
            List<String> warnings,
            List<Path> elsewhere) {
        this(user, postmasterPid, data, wal, warnings, elsewhere, ClusterContents.plain());
    }

    /// Of which nothing was asked.
    public static Volume unknown() {
        return new Volume(
                Optional.empty(),
                new PostmasterPid.None(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    public Volume doubting(List<String> more) {
        return new Volume(
                user,
                postmasterPid,
                data,
                wal,
                Stream.concat(warnings.stream(), more.stream()).toList(),
                elsewhere,
                contents);
    }

    /// Where the write-ahead log grows.
    public Optional<Space> walSpace() {
        return wal.or(() -> data);
    }

    /// For a server that runs already: what would stop a start does not stop it.
    public Volume serving() {
        return new Volume(
                Optional.empty(),
                new PostmasterPid.None(),
                data.map(Volume::roomy),
                wal.map(Volume::roomy),
                List.of(),
                List.of());
    }

    private static Space roomy(Space space) {
        return new Space(space.directory(), space.total(), space.total());
    }
}
