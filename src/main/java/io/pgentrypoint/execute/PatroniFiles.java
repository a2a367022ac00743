package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.patroni.PatroniText;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files that are Patroni's or for Patroni.
final class PatroniFiles {

    private static final Logger LOG = LoggerFactory.getLogger(PatroniFiles.class);

    /// It copies those files to these names, over what was there, before it clones and when it
    /// promotes (save_configuration_files). Others choose such names too.
    private static final List<String> BACKUPS =
            List.of(
                    "postgresql.conf.backup",
                    "postgresql.base.conf.backup",
                    "pg_hba.conf.backup",
                    "pg_ident.conf.backup");

    private PatroniFiles() {}

    static void write(Configure.WritePatroniFiles step) throws IOException {
        Path directory = step.directory();
        open(directory);
        try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, "*.yml")) {
            for (Path file : old) {
                if (!step.files().containsKey(String.valueOf(file.getFileName()))) {
                    AtomicFiles.deleteIfExists(file);
                }
            }
        }
        for (Map.Entry<String, Secret> file : step.files().entrySet()) {
            AtomicFiles.write(directory.resolve(file.getKey()), file.getValue().reveal());
        }
    }

    /// Its place may be one where everybody makes directories: one that is not ours alone could
    /// show the passwords, or feed Patroni another's configuration.
    private static void open(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        boolean ours =
                Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                        && (int)
                                        Files.getAttribute(
                                                directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                                == Identity.current().uid();
        if (!ours) {
            throw Refusals.notOurs(directory);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /// Patroni's own validation, each complaint of which is a line.
    static void check(
            UnderPatroni.CheckPatroni step, Programs programs, Map<String, String> environment) {
        Outcome outcome =
                programs.run(
                        new Command(
                                "patroni --validate-config",
                                List.of(
                                        step.program().toString(),
                                        "--validate-config",
                                        step.directory().toString()),
                                environment));
        if (outcome.succeeded()) {
            return;
        }
        List<String> said =
                outcome.stderr()
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        // Of a traceback only the end is meant for people.
        boolean traceback = said.stream().anyMatch(line -> line.startsWith("Traceback"));
        String complaint =
                traceback
                        ? said.getLast()
                        : said.stream()
                                .map(line -> line.replaceAll("\\s+", " "))
                                .collect(Collectors.joining("; "));
        throw Refusals.wrongPatroniConfiguration(complaint);
    }

    /// The user's file last: until then a start that was killed meanwhile begins again.
    static void leave(Layout layout) throws IOException {
        boolean patronis = Files.exists(layout.patroniBaseConf());
        Path users = patronis ? layout.patroniBaseConf() : layout.postgresqlConf();
        List<Path> staying =
                List.of(users, layout.hbaConf(), layout.dataDirectory().resolve("pg_ident.conf"));
        for (String name : BACKUPS) {
            Path backup = layout.dataDirectory().resolve(name);
            if (!Files.exists(backup, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (isOfNoUse(backup, staying)) {
                Files.deleteIfExists(backup);
            } else {
                LOG.info("Leaving {}: it may be yours", backup);
            }
        }
        Files.deleteIfExists(layout.patroniDynamicConfiguration());
        if (patronis) {
            Files.move(users, layout.postgresqlConf(), StandardCopyOption.ATOMIC_MOVE);
        }
        AtomicFiles.sync(layout.dataDirectory());
    }

    /// Patroni's own text, or that of a file that stays: what else is there may be all that is left
    /// of somebody's work.
    private static boolean isOfNoUse(Path backup, List<Path> staying) throws IOException {
        if (!Files.isRegularFile(backup, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (PatroniText.begins(InputFile.latin1(backup))) {
            return true;
        }
        for (Path file : staying) {
            if (Files.isRegularFile(file) && Files.mismatch(file, backup) < 0) {
                return true;
            }
        }
        return false;
    }
}
