package io.pgentrypoint.execute;

import io.pgentrypoint.connect.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where scripts reach their server: in the directories of the real server, and where libpq looks
/// when nothing says where the server is.
///
/// @param directories in the order in which the server opens them
/// @param host what libpq has to be told (PGHOST); empty where its default is right
record ScriptSockets(List<String> directories, Optional<String> host) {

    private static final Logger LOG = LoggerFactory.getLogger(ScriptSockets.class);

    /// Debian's DEFAULT_PGSOCKET_DIR.
    private static final Path DEFAULT = Path.of("/var/run/postgresql");

    ScriptSockets {
        directories = List.copyOf(directories);
    }

    /// @param configured the server's unix_socket_directories
    /// @param own a directory of ours, for want of any other
    static ScriptSockets of(String configured, int port, Path own) throws IOException {
        List<Path> usable = new ArrayList<>();
        List<String> abstractNames = new ArrayList<>();
        boolean usual = add(DEFAULT, port, usable);
        boolean configuredUsual = false;
        for (String name : names(configured)) {
            if (name.startsWith("/")) {
                boolean isUsual = usual && Files.isSameFile(real(Path.of(name)), real(DEFAULT));
                configuredUsual |= isUsual;
                boolean _ = !isUsual && add(Path.of(name), port, usable);
            } else {
                abstractNames.add(name);
            }
        }
        Optional<Path> other = usable.stream().skip(usual ? 1 : 0).findFirst();
        Optional<String> host =
                configuredUsual || (usual && other.isEmpty())
                        ? Optional.empty()
                        : Optional.of(other.orElse(own).toString());
        if (usable.isEmpty()) {
            usable.add(own);
        }
        List<String> directories = new ArrayList<>(usable.stream().map(Path::toString).toList());
        directories.addAll(abstractNames);
        return new ScriptSockets(directories, host);
    }

    /// SplitDirectoriesString (varlena.c).
    private static List<String> names(String configured) {
        return List.of(configured.split(",", -1)).stream()
                .map(name -> name.strip().replace("\"", ""))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Path real(Path directory) throws IOException {
        return Files.exists(directory) ? directory.toRealPath() : directory;
    }

    /// What a killed server leaves beside its socket stops the next one while that process id is
    /// used again, by a thread of ours perhaps: nobody answers there, so it is stale.
    private static boolean add(Path directory, int port, List<Path> usable) throws IOException {
        LocalServer place = new LocalServer(directory, port);
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return false;
        }
        if (place.answers()) {
            LOG.warn(
                    "Another server answers at {}: scripts do not find this one there; give each"
                            + " server a port or a socket directory of its own",
                    place.socketFile());
            return false;
        }
        Files.deleteIfExists(directory.resolve(place.socketFile().getFileName() + ".lock"));
        usable.add(directory);
        return true;
    }

    /// As a value of unix_socket_directories.
    String setting() {
        return directories.stream()
                .map(name -> "\"" + name + "\"")
                .collect(Collectors.joining(","));
    }
}
