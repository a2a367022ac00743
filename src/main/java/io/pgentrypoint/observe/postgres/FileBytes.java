package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads files that may be absent. Any other failure is a [Refusal]: who cannot look must not
/// guess.
public final class FileBytes {

    private FileBytes() {}

    public static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(InputFile.bytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw refusal(file, e);
        }
    }

    public static Optional<String> utf8(Path file) {
        return read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /// `Files.exists` would take "permission denied" for an answer.
    public static boolean exists(Path file) {
        try {
            Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw refusal(file, e);
        }
    }

    public static Refusal refusal(Path file, IOException e) {
        if (e instanceof AccessDeniedException) {
            Identity we = Identity.current();
            return new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot read %s: permission denied to uid %s%s"
                            .formatted(file, we.euid(), ownership(file)),
                    "chown it to %s:%s, or start the container with --user and its owner"
                            .formatted(we.euid(), we.gid()),
                    e);
        }
        return new Refusal(
                ExitCode.IO,
                "cannot read " + file + ": " + reason(e),
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
                return " (" + at + " belongs to " + owner.get() + ")";
            }
        }
        return "";
    }
}
