package io.pgentrypoint.execute.server;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.PostmasterPidReader;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lock files of a server that was killed. The next one asks with kill(2) whether their process
/// lives, and a thread of ours that has got its id by chance says yes: it ends with "lock file
/// already exists" then, for postmaster.pid and for the lock beside its socket alike
/// (CreateLockFile). The second lies outside the volume and stays when a container is started
/// again.
public final class StaleServer {

    private static final Logger LOG = LoggerFactory.getLogger(StaleServer.class);

    // pidfile.h; the lock of a socket begins with the same lines.
    private static final int PID = 0;
    private static final int DIRECTORY = 1;
    private static final int PORT = 3;
    private static final int SOCKETS = 4;

    private StaleServer() {}

    /// Judged once more, since these are files that keep two servers apart.
    public static void clear(Layout layout) throws IOException {
        if (!(PostmasterPidReader.read(layout.dataDirectory()) instanceof PostmasterPid.Stale)) {
            return;
        }
        Path file = layout.dataDirectory().resolve("postmaster.pid");
        clearSocket(lines(file));
        AtomicFiles.deleteIfExists(file);
    }

    /// What proves the one stale proves it for the other, when both are of the same server.
    private static void clearSocket(List<String> left) {
        if (left.size() <= SOCKETS || !left.get(SOCKETS).startsWith("/")) {
            return;
        }
        try {
            Path lock = Path.of(left.get(SOCKETS), ".s.PGSQL." + left.get(PORT) + ".lock");
            List<String> lines = lines(lock);
            if (lines.size() > DIRECTORY
                    && lines.get(PID).equals(left.get(PID))
                    && lines.get(DIRECTORY).equals(left.get(DIRECTORY))) {
                Files.deleteIfExists(lock);
                LOG.info("Removed {}, the lock of a socket whose server has ended", lock);
            }
        } catch (IOException | InvalidPathException e) {
            // The server says so itself, should it matter.
            LOG.debug("Cannot look at the lock of its socket", e);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return InputFile.lines(file, StandardCharsets.ISO_8859_1).stream()
                    .map(String::strip)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
