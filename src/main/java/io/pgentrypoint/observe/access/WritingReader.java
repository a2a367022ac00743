package io.pgentrypoint.observe.access;

import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.postgres.InstallationFinder;
import io.pgentrypoint.observe.postgres.SettingsParser;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether this user can write where it has to. The server and initdb would find out too, one
/// directory after the other and in the middle of their work.
final class WritingReader {

    private static final Path SOCKETS = Path.of("/var/run/postgresql");

    private final Settings settings;
    private final Programs programs;
    private final List<WriteObstacle> obstacles = new ArrayList<>();
    private Optional<String> unnameable = Optional.empty();

    WritingReader(Settings settings, Programs programs) {
        this.settings = settings;
        this.programs = programs;
    }

    Access.Writing read() {
        Path data = settings.dataDirectory();
        boolean firstBoot = !Files.exists(data.resolve("global/pg_control"));
        own(data, "PGDATA", "set PGDATA to a directory below it, which is made as needed");
        // Not asked of global: this user may not be able to look into it.
        if (obstacles.isEmpty() && Files.exists(data.resolve("PG_VERSION"))) {
            UnwritableFiles.of(data).ifPresent(obstacles::add);
        }
        if (firstBoot) {
            // Later starts ask with the files of the cluster.
            List<Problem> problems = SettingsParser.problems(settings, programs).orElse(List.of());
            if (!problems.isEmpty()) {
                return new Access.Writing(problems, unnameable, obstacles);
            }
            settings.initdb()
                    .walDirectory()
                    .ifPresent(wal -> own(wal, "POSTGRES_INITDB_WALDIR", "choose another place"));
            writable(
                    Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
                    "temporary files",
                    "mount a tmpfs there (--tmpfs /tmp)");
        }
        socketDirectories(firstBoot);
        return new Access.Writing(List.of(), unnameable, obstacles);
    }

    /// The server insists that its data directory is its user's (checkDataDir), not merely
    /// writable.
    private void own(Path directory, String what, String otherwise) {
        if (!Files.exists(directory)) {
            writable(
                    existingAbove(directory),
                    "the new " + directory,
                    "choose another place for " + what);
        } else {
            WriteObstacle.notOwned(directory, what, otherwise).ifPresent(obstacles::add);
        }
    }

    private void writable(Path directory, String what, String otherwise) {
        WriteObstacle.notWritable(directory, what, otherwise).ifPresent(obstacles::add);
    }

    private void socketDirectories(boolean firstBoot) {
        if (Files.isWritable(SOCKETS) && namesAreUtf8()) {
            return;
        }
        for (String directory : chosenSocketDirectories(firstBoot).split(",", -1)) {
            String name = directory.strip().replace("\"", "");
            // An abstract socket (@name) has no directory.
            if (name.startsWith("/")) {
                socketDirectory(name);
            }
        }
    }

    private void socketDirectory(String name) {
        try {
            writable(
                    Path.of(name),
                    "the server's sockets",
                    """
                    mount a tmpfs there (--tmpfs %s:mode=1777), or set \
                    POSTGRES_CONF_unix_socket_directories to a directory of this user\
                    """
                            .formatted(name));
        } catch (InvalidPathException e) {
            unnameable = Optional.of(name);
        }
    }

    /// In another encoding this process may not be able to name the directory at all.
    private static boolean namesAreUtf8() {
        return "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    }

    /// Only the server knows its own default and what postgresql.conf says; nothing is refused that
    /// it does not say.
    private String chosenSocketDirectories(boolean firstBoot) {
        String name = "unix_socket_directories";
        Optional<String> set =
                settings.serverArguments()
                        .setting(name)
                        .or(() -> Optional.ofNullable(settings.serverSettings().get(name)));
        return set.orElseGet(() -> asked(name, firstBoot));
    }

    private String asked(String setting, boolean firstBoot) {
        Installation installation =
                new InstallationFinder(settings.childEnvironment(), programs).find();
        List<String> argv =
                new ArrayList<>(List.of(installation.program("postgres"), "-C", setting, "-D"));
        argv.add(firstBoot ? "/" : settings.dataDirectory().toString());
        if (firstBoot) {
            argv.addAll(List.of("-c", "config_file=/dev/null"));
        } else {
            argv.addAll(settings.serverArguments().words());
        }
        Outcome outcome =
                programs.run(new Command("postgres -C", argv, settings.childEnvironment()));
        return outcome.succeeded() ? outcome.stdout().strip() : "";
    }

    private static Path existingAbove(Path path) {
        Path above = path;
        while (!Files.exists(above)) {
            above = Optional.ofNullable(above.getParent()).orElse(Path.of("/"));
        }
        return above;
    }
}
