package io.pgentrypoint.observe.access;

import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Problem;
import java.util.List;
import java.util.Optional;

/// Who this process is to its volume: what is seen before anything in the volume is relied upon.
public sealed interface Access {

    /// Root, which becomes the server's user.
    ///
    /// @param wal that of POSTGRES_INITDB_WALDIR
    /// @param cluster whether PGDATA holds one, where somebody else's files are in `wal`
    record AsRoot(
            ServerUser user,
            DirectoryOwner data,
            Optional<DirectoryOwner> wal,
            DirectoryOwner sockets,
            boolean cluster)
            implements Access {}

    /// Root, which can become nobody.
    record AsRootOnly(Lack lack) implements Access {}

    /// Why root cannot become the server's user.
    sealed interface Lack {

        record NoAccount(String name) implements Lack {}

        record NoNativeCalls(String name) implements Lack {}

        /// A user namespace of one id has a root who can become nobody else.
        record NotMapped(ServerUser user) implements Lack {}
    }

    /// The user that the server runs as.
    ///
    /// @param open owner and mode of PGDATA, where it is this user's and open to others
    /// @param foreign whether PGDATA, which this user can write to, holds somebody else's files
    /// @param lockOwner somebody else who has the volume, as written beside the data
    record AsUser(
            int uid,
            int gid,
            Optional<FileOwner> open,
            boolean foreign,
            Optional<LockOwner> lockOwner,
            Writing writing)
            implements Access {}

    /// What stands in the way of writing.
    ///
    /// @param problems settings that the server does not take
    /// @param unnameable a directory that this process cannot name in its locale
    record Writing(
            List<Problem> problems, Optional<String> unnameable, List<WriteObstacle> obstacles) {
        public Writing {
            problems = List.copyOf(problems);
            obstacles = List.copyOf(obstacles);
        }
    }
}
