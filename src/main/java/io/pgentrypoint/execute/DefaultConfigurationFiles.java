package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Configuration files for a cluster that has none. Only initdb knows what it puts into them (the
/// locale, the time zone, what this build can do), so it makes a cluster beside, and its files are
/// taken from there.
final class DefaultConfigurationFiles {

    private DefaultConfigurationFiles() {}

    static void add(
            Build.AddConfigurationFiles step,
            Programs programs,
            Installation installation,
            Map<String, String> environment)
            throws IOException {
        Path model = step.layout().stateDirectory().resolve("model");
        AtomicFiles.createPrivate(step.layout().stateDirectory());
        FileTree.delete(model);
        try {
            Outcome made =
                    programs.run(
                            new Command(
                                    "initdb of a model",
                                    List.of(
                                            installation.program("initdb"),
                                            "--pgdata=" + model,
                                            "--no-sync",
                                            "--auth=trust"),
                                    environment));
            if (!made.succeeded()) {
                throw Refusals.noDefaultFiles(
                        made.code(), made.stderr().strip().replace("\n", "; "));
            }
            for (String name : new TreeSet<>(step.names())) {
                String text = Files.readString(model.resolve(name));
                if (name.equals("pg_hba.conf")) {
                    text += step.hostRule();
                }
                AtomicFiles.write(step.layout().dataDirectory().resolve(name), text);
            }
        } finally {
            FileTree.delete(model);
        }
    }

    /// With the mode of the data directory, which groups may read (--allow-group-access).
    static void makeDirectories(Build.MakeDirectories step) throws IOException {
        Path data = step.layout().dataDirectory();
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(data.resolve("global"));
        for (String name : step.names()) {
            Path directory = data.resolve(name);
            if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory);
                Files.setPosixFilePermissions(directory, mode);
                AtomicFiles.sync(AtomicFiles.parent(directory));
            }
        }
    }
}
