package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Directories of a cluster in which nothing is yet.
final class EmptyDirectories {

    private EmptyDirectories() {}

    /// With the mode of the data directory, which groups may read (--allow-group-access).
    static void make(Step.MakeDirectories step) throws IOException {
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
