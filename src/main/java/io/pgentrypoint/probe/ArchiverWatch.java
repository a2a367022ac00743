package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Archiver;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once that archiving fails, and once that it goes on: the server repeats the first at a
/// level that nobody looks at, and WAL that is not archived fills the disk.
final class ArchiverWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiverWatch.class);

    private boolean failing;

    /// @param archiver absent where no archiver runs
    void look(Optional<Archiver> archiver) {
        boolean before = failing;
        failing = archiver.filter(Archiver::failing).isPresent();
        if (failing == before) {
            return;
        }
        if (failing) {
            archiver.ifPresent(ArchiverWatch::warn);
        } else {
            LOG.info("WAL is archived again");
        }
    }

    private static void warn(Archiver archiver) {
        LOG.warn(
                """
                Cannot archive WAL: the last attempt, with {}, has failed ({} attempts failed). \
                The server keeps in pg_wal what is not archived, until the disk is full; correct \
                archive_command or archive_library: the server's log has its messages\
                """,
                archiver.lastFailedWal(),
                archiver.failed());
    }
}
