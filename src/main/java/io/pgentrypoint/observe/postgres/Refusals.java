package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/// Why PostgreSQL, or a file that it reads, cannot be used.
public final class Refusals {

    private Refusals() {}

    public static Refusal unreadable(Path file, IOException e) {
        if (e instanceof AccessDeniedException) {
            Identity us = Identity.current();
            return new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot read %s: permission denied to uid %s%s"
                            .formatted(file, us.euid(), ownership(file)),
                    "chown it to %s:%s, or start the container with --user and its owner"
                            .formatted(us.euid(), us.gid()),
                    e);
        }
        return new Refusal(
                ExitCode.IO,
                "cannot read %s: %s".formatted(file, reason(e)),
                "check the volume and its file system",
                e);
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException f && f.getReason() != null
                ? String.valueOf(f.getReason())
                : String.valueOf(e.getMessage());
    }

    /// Of the nearest one that shows them: below a directory that cannot be searched, nothing does.
    private static String ownership(Path file) {
        for (Path at = file.toAbsolutePath(); at != null; at = at.getParent()) {
            Optional<FileOwner> owner = FileOwner.of(at);
            if (owner.isPresent()) {
                return " (%s belongs to %s)".formatted(at, owner.get());
            }
        }
        return "";
    }

    static Refusal notFound(String path, Path packages) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot find the program postgres: searched PATH=%s and %s"
                        .formatted(path, packages.resolve("*/bin")),
                "install PostgreSQL, or add the directory of its programs to PATH");
    }

    static Refusal unknownVersion(Path postgres, String said) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot tell the version of %s: it says %s".formatted(postgres, said),
                "put the directory of a working PostgreSQL first in PATH");
    }

    static Refusal otherDirectory(String used, Path dataDirectory) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                """
                cannot start: the server would use %s as its data directory, by its arguments (-D) \
                or its configuration files (data_directory), and PGDATA is %s\
                """
                        .formatted(used, dataDirectory),
                """
                set PGDATA=%s if the data is there; if not, remove data_directory there, or set it \
                to %s\
                """
                        .formatted(used, dataDirectory));
    }
}
