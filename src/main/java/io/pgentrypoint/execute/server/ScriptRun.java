package io.pgentrypoint.execute.server;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the user's scripts, as the official image does: all in one bash, with the environment that
/// it gives them.
public final class ScriptRun {

    /// What the official image prints before each line about a script: tools and people know it.
    private static final String NAME = "/usr/local/bin/docker-entrypoint.sh";

    private static final Set<String> FROM_FILES =
            Set.of(
                    "POSTGRES_USER_FILE",
                    "POSTGRES_PASSWORD_FILE",
                    "POSTGRES_DB_FILE",
                    "POSTGRES_INITDB_ARGS_FILE");

    private static final Logger LOG = LoggerFactory.getLogger(ScriptRun.class);

    private ScriptRun() {}

    /// Where scripts reach their server: in the directories of the real server, and where libpq
    /// looks when nothing says where the server is.
    ///
    /// @param directories in the order in which the server opens them
    /// @param host what libpq has to be told (PGHOST); empty where its default is right
    record Sockets(List<String> directories, Optional<String> host) {

        /// Debian's DEFAULT_PGSOCKET_DIR.
        private static final Path DEFAULT = Path.of("/var/run/postgresql");

        Sockets {
            directories = List.copyOf(directories);
        }

        /// @param configured the server's unix_socket_directories
        /// @param own a directory of ours, for want of any other
        static Sockets of(String configured, int port, Path own) throws IOException {
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
            List<String> directories =
                    new ArrayList<>(usable.stream().map(Path::toString).toList());
            directories.addAll(abstractNames);
            return new Sockets(directories, host);
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

        /// What a killed server leaves beside its socket stops the next one while that process id
        /// is used again, by a thread of ours perhaps: nobody answers there, so it is stale.
        private static boolean add(Path directory, int port, List<Path> usable) throws IOException {
            LocalServer place = new LocalServer(directory, port);
            if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
                return false;
            }
            if (place.answers()) {
                LOG.warn(
                        """
                        Another server answers at {}: scripts do not find this one there; \
                        give each server a port or a socket directory of its own\
                        """,
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

    /// @param named the environment of children, with a name for this uid where it has none
    public static void run(
            ScriptDirectory directory,
            Programs programs,
            Settings settings,
            BootstrapServer server,
            Map<String, String> named)
            throws IOException {
        Path progress = server.work().resolve("progress");
        AtomicFiles.write(progress, "");
        // What no server is to have, when a script starts one.
        Set<String> withheld = new TreeSet<>(settings.withheld().keySet());
        withheld.addAll(List.of("POSTGRES_PASSWORD", "PGPASSWORD", "NOTIFY_SOCKET"));
        AtomicFiles.write(server.work().resolve("withheld"), String.join("\n", withheld) + "\n");
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("bash", "-c", program(), NAME, server.work().toString()));
        for (Script script : directory.scripts()) {
            argv.add(script.use().name());
            argv.add(script.file().toString());
        }
        Map<String, String> environment = environment(settings, named);
        server.host().ifPresent(host -> environment.putIfAbsent("PGHOST", host));
        int code =
                programs.attend(new Command("scripts of " + directory.path(), argv, environment));
        String current = AtomicFiles.read(progress);
        if (code != 0) {
            throw Refusals.scriptFailed(current, code);
        }
        if (!current.isEmpty()) {
            throw Refusals.shellReplaced(current);
        }
    }

    /// The whole environment, secrets included: scripts of the official image have them, and make
    /// roles with them. None of it reaches the server.
    private static Map<String, String> environment(Settings settings, Map<String, String> named) {
        Map<String, String> environment = new TreeMap<>(named);
        settings.withheld().forEach((name, secret) -> environment.put(name, secret.reveal()));
        environment.keySet().removeAll(FROM_FILES);
        String password = settings.superuser().password().map(Secret::reveal).orElse("");
        environment.put("POSTGRES_USER", settings.superuser().name());
        environment.put("POSTGRES_DB", settings.superuser().database());
        environment.put("POSTGRES_PASSWORD", password);
        environment.putIfAbsent(
                "POSTGRES_INITDB_ARGS", String.join(" ", settings.initdb().arguments()));
        environment.putIfAbsent("PGPASSWORD", password);
        return environment;
    }

    private static String program() throws IOException {
        try (InputStream in = ScriptRun.class.getResourceAsStream("scripts.bash")) {
            if (in == null) {
                throw Refusals.incompleteJar();
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
