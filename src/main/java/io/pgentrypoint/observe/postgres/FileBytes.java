package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.report.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            throw Refusals.unreadable(file, e);
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
            throw Refusals.unreadable(file, e);
        }
    }
}
