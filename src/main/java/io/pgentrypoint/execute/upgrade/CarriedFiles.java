package io.pgentrypoint.execute.upgrade;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.ClusterFiles;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What of an old cluster is no database: its configuration, and what the user has put beside it
/// (certificates, files that are included). The old server's own files stay behind.
public final class CarriedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(CarriedFiles.class);

    private static final Set<String> CONFIGURATION =
            Set.of(
                    "postgresql.conf",
                    "postgresql.auto.conf",
                    "pg_hba.conf",
                    "pg_ident.conf",
                    Layout.SETTINGS_FILE);

    /// What an earlier pg_upgrade, by hand, has left.
    private static final Set<String> REMAINS =
            Set.of("pg_upgrade_output.d", "delete_old_cluster.sh");

    /// ProcessConfigFileInternal of guc-file.l, and parse_and_validate_value of guc.c.
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "(?m)^.*?(unrecognized configuration parameter|invalid value for parameter"
                            + "|parameter) \"([^\"]+)\"(.*)$");

    /// More settings than a server knows.
    private static final int MOST = 400;

    private final Layout layout;
    private final Installation installation;
    private final Programs programs;
    private final Map<String, String> environment;

    public CarriedFiles(
            Layout layout,
            Installation installation,
            Programs programs,
            Map<String, String> environment) {
        this.layout = layout;
        this.installation = installation;
        this.programs = programs;
        this.environment = new TreeMap<>(environment);
        this.environment.put("LC_ALL", "C");
    }

    public void carry() throws IOException {
        Path staging = layout.staging().dataDirectory();
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            String name = String.valueOf(entry.getFileName());
            boolean others =
                    Layout.isContent(name) && !ClusterFiles.isOne(name) && !REMAINS.contains(name);
            if (others || CONFIGURATION.contains(name)) {
                copy(entry, staging.resolve(name));
            }
        }
        for (int i = 0; i < MOST; i++) {
            Outcome outcome = parse(staging);
            if (outcome.succeeded()) {
                return;
            }
            if (!removeWrong(outcome.stderr())) {
                throw Refusals.configuration(layout, outcome.stderr().strip());
            }
        }
        throw Refusals.configuration(layout, "it is wrong in more than %s places".formatted(MOST));
    }

    private Outcome parse(Path staging) {
        return programs.run(
                new Command(
                        "postgres -C",
                        List.of(
                                installation.program("postgres"),
                                "-C",
                                "max_connections",
                                "-D",
                                staging.toString()),
                        environment));
    }

    /// @return whether anything was
    private boolean removeWrong(String complaints) throws IOException {
        boolean removed = false;
        for (Matcher match = COMPLAINT.matcher(complaints); match.find(); ) {
            removed |= comment(match.group(2), (match.group(1) + match.group(3)).strip());
        }
        return removed;
    }

    private boolean comment(String name, String why) throws IOException {
        Pattern setting =
                Pattern.compile("(?mi)^(\\s*%s\\s*[=\\s].*)$".formatted(Pattern.quote(name)));
        boolean found = false;
        for (Path file : files()) {
            String text = InputFile.latin1(file);
            Matcher match = setting.matcher(text);
            if (match.find()) {
                found = true;
                String now =
                        match.replaceAll(
                                "# not for PostgreSQL %s: $1".formatted(installation.major()));
                AtomicFiles.edit(file, now.getBytes(StandardCharsets.ISO_8859_1));
                LOG.warn(
                        "{} of {} is commented out for PostgreSQL {}: {}",
                        name,
                        file.getFileName(),
                        installation.major(),
                        why);
            }
        }
        return found;
    }

    /// All that may be read: a file that is included may have any name.
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Path staging = layout.staging().dataDirectory();
        for (Path entry : FileTree.list(staging)) {
            String name = String.valueOf(entry.getFileName());
            if (CONFIGURATION.contains(name) || !ClusterFiles.isOne(name)) {
                try (Stream<Path> below = Files.walk(entry)) {
                    below.filter(file -> file.toString().endsWith(".conf"))
                            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        duplicate(directory, to.resolve(from.relativize(directory).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                            duplicate(file, to.resolve(from.relativize(file).toString()));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void duplicate(Path from, Path to) throws IOException {
        Files.copy(
                from,
                to,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
    }
}
