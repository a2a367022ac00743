package io.pgentrypoint.execute.upgrade;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.execute.server.AdoptedServer;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.MajorUpgrade.Method;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.ThisProcess;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs pg_upgrade from the cluster in the data directory to the one in the staging directory. Both
/// servers listen in a private directory only, and let in who reaches that.
public final class PgUpgrade {

    private static final Logger LOG = LoggerFactory.getLogger(PgUpgrade.class);

    /// The servers that it starts read their options through a shell (exec.c of pg_upgrade).
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._-]+");

    private static final Pattern DONE = Pattern.compile(" ok\\s*$");
    private static final Pattern OF_A_SERVER = Pattern.compile("^(?:WARNING|DETAIL|HINT):  ");
    private static final int MOST_JOBS = 8;
    private static final int LAST_LINES = 12;

    private final Layout layout;
    private final Path oldPrograms;
    private final Installation installation;
    private final Method method;
    private final String superuser;
    private final Programs programs;
    private final Progress progress;
    private final Map<String, String> environment;

    public PgUpgrade(
            Layout layout,
            Path oldPrograms,
            Installation installation,
            Method method,
            String superuser,
            Programs programs,
            Progress progress,
            Map<String, String> environment) {
        this.layout = layout;
        this.oldPrograms = oldPrograms;
        this.installation = installation;
        this.method = method;
        this.superuser = superuser;
        this.programs = programs;
        this.progress = progress;
        this.environment = new TreeMap<>(environment);
        this.environment.put("LC_ALL", "C");
        // It reads these as libpq does, and refuses a server that is not here
        // (check_pghost_envvar).
        this.environment.keySet().removeIf(name -> name.startsWith("PG") && !name.equals("PGTZ"));
    }

    public void check() throws IOException {
        run(List.of("--check"));
    }

    public void upgrade() throws IOException {
        run(List.of());
    }

    private void run(List<String> more) throws IOException {
        Path work = Files.createTempDirectory("entrypoint-");
        try {
            if (!PLAIN.matcher(work.toString()).matches()) {
                throw Refusals.temporaryDirectory(work);
            }
            AtomicFiles.write(work.resolve("pg_hba.conf"), "local all all trust\n");
            AtomicFiles.write(work.resolve("pg_ident.conf"), "");
            List<String> said = new ArrayList<>();
            Outcome outcome =
                    programs.read(
                            new Command("pg_upgrade", arguments(work, more), environment),
                            line -> {
                                said.add(line);
                                if (DONE.matcher(line).find()) {
                                    progress.detail("pg_upgrade: " + line.strip());
                                }
                                LOG.debug("pg_upgrade: {}", line);
                            });
            if (!outcome.succeeded()) {
                String complaint = complaint(said, outcome);
                throw Refusals.upgradeFails(layout, complaint, reports(work, complaint));
            }
        } finally {
            progress.detail("");
            // It ends its servers itself, unless it was ended.
            AdoptedServer.end(layout.dataDirectory());
            AdoptedServer.end(layout.staging().dataDirectory());
            FileTree.delete(work);
        }
    }

    private List<String> arguments(Path work, List<String> more) {
        String rules =
                "-c hba_file=%s/pg_hba.conf -c ident_file=%s/pg_ident.conf -c logging_collector=off -c synchronous_standby_names="
                        .formatted(work, work);
        List<String> argv = new ArrayList<>();
        // Up to 14 it writes its logs where it is, and after that scripts.
        argv.addAll(List.of("env", "--chdir=" + work, installation.program("pg_upgrade")));
        argv.add("--old-bindir=" + oldPrograms);
        argv.add("--new-bindir=" + installation.binDirectory());
        argv.add("--old-datadir=" + layout.dataDirectory());
        argv.add("--new-datadir=" + layout.staging().dataDirectory());
        argv.add("--username=" + superuser);
        argv.add("--socketdir=" + work);
        argv.add("--old-options=" + rules);
        // Its WAL must not be in the archive: the names are those of the old cluster's first files.
        argv.add("--new-options=" + rules + " -c archive_mode=off");
        argv.add("--jobs=" + Math.min(MOST_JOBS, ThisProcess.processors()));
        switch (method) {
            case COPY -> {}
            case CLONE -> argv.add("--clone");
            case LINK -> argv.add("--link");
        }
        argv.addAll(more);
        return argv;
    }

    /// What comes after the last check that went well.
    private static String complaint(List<String> said, Outcome outcome) {
        int last = 0;
        for (int i = 0; i < said.size(); i++) {
            if (DONE.matcher(said.get(i)).find()) {
                last = i + 1;
            }
        }
        return Stream.concat(
                        said.subList(last, said.size()).stream(),
                        // What the servers say to each of its sessions.
                        outcome.stderr().lines().filter(line -> !OF_A_SERVER.matcher(line).find()))
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("*"))
                .reduce((first, second) -> first + " " + second)
                .orElse("it ended with code %s and said nothing".formatted(outcome.code()));
    }

    /// The files with its reasons, below the new cluster since 15, and where it ran before; and the
    /// logs to which it refers.
    private List<String> reports(Path work, String complaint) throws IOException {
        List<String> reports = new ArrayList<>();
        for (Path place :
                List.of(work, layout.staging().dataDirectory().resolve("pg_upgrade_output.d"))) {
            if (!Files.isDirectory(place)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String name = String.valueOf(file.getFileName());
                    if (name.endsWith(".txt")
                            || name.equals("pg_upgrade_server.log")
                            || complaint.contains(file.toString())) {
                        reports.add(name + ": " + last(file));
                    }
                }
            }
        }
        return reports;
    }

    private static String last(Path file) throws IOException {
        List<String> lines =
                InputFile.latin1(file)
                        .lines()
                        .map(String::strip)
                        .filter(l -> !l.isEmpty())
                        .toList();
        return String.join(
                "; ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
