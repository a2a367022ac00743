package io.pgentrypoint.connect;

import io.pgentrypoint.report.InputFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// postmaster.pid of a running server: the server's own word on where it can be reached and whether
/// it is ready. The lines are those of pidfile.h.
///
/// @param startedAt of the server, in seconds since 1970: it tells this server's file from one that
///   a killed server left, whose process id the new one may well have in a container
public record PostmasterFile(long pid, long startedAt, LocalServer server, String status) {

    private static final int PID = 0;
    private static final int DATA_DIRECTORY = 1;
    private static final int STARTED_AT = 2;
    private static final int PORT = 3;
    private static final int SOCKET_DIRECTORY = 4;
    private static final int ADDRESS = 5;
    private static final int STATUS = 7;

    /// Empty while there is none, or while the server has not written all of it.
    public static Optional<PostmasterFile> read(Path dataDirectory) {
        try {
            return parse(InputFile.utf8(dataDirectory.resolve("postmaster.pid")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<PostmasterFile> parse(String text) {
        List<String> lines = text.lines().toList();
        try {
            if (lines.size() <= STATUS) {
                return Optional.empty();
            }
            return Optional.of(
                    new PostmasterFile(
                            Long.parseLong(lines.get(PID).strip()),
                            Long.parseLong(lines.get(STARTED_AT).strip()),
                            server(
                                    Path.of(lines.get(DATA_DIRECTORY).strip()),
                                    lines.get(SOCKET_DIRECTORY).strip(),
                                    lines.get(ADDRESS).strip(),
                                    Integer.parseInt(lines.get(PORT).strip())),
                            lines.get(STATUS).strip()));
        } catch (NumberFormatException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// It works in its data directory, which a relative path of a socket is meant from.
    private static LocalServer server(Path data, String sockets, String address, int port) {
        boolean hasFile = !sockets.isEmpty() && !sockets.startsWith("@");
        if (!hasFile && !address.isEmpty()) {
            return LocalServer.overTcp(address, port);
        }
        return new LocalServer(hasFile ? data.resolve(sockets) : Path.of(sockets), port);
    }

    /// Whether it is that process's own, and not one that was there before it was started.
    public boolean isOf(long process, Optional<PostmasterFile> before) {
        return pid == process
                && before.map(left -> left.pid != pid || left.startedAt != startedAt).orElse(true);
    }

    /// Connections are accepted; a standby says so once it is consistent.
    public boolean ready() {
        return status.equals("ready");
    }
}
