package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads who holds a volume, and who we are ourselves.
public final class LockOwnerReader {

    /// A heartbeat is some 300 bytes.
    public static final int LONGEST = 4096;

    private static final Path PROC = Path.of("/proc");

    /// Engines mount /etc/hostname and its like from a directory named by the container's id.
    private static final Pattern CONTAINER =
            Pattern.compile("/([0-9a-f]{64})/\\S* /etc/(?:hostname|hosts|resolv\\.conf) ");

    private LockOwnerReader() {}

    /// @param beatAt when the file was last written, by the clock of its file system
    public record Found(LockOwner lockOwner, Instant beatAt) {}

    /// Whether somebody has said that the volume is in use.
    public sealed interface Sign {

        /// No such file: a clean stop removes it.
        record None() implements Sign {}

        record Left(Found found) implements Sign {}

        /// A file is there, and does not say whose. It is written in place and not synced: it is
        /// empty for a moment as somebody begins, may be after a power cut, and another user's
        /// cannot be read. So its text proves nothing, and only its time tells whether somebody
        /// lives.
        record Unclear(String why, Instant changedAt) implements Sign {}
    }

    /// @throws Refusal when it cannot be known whether there is any
    public static Sign look(Layout layout) {
        try {
            return sign(layout.lockOwner());
        } catch (IOException e) {
            throw Refusals.perhapsInUse(layout, reason(e), e);
        }
    }

    /// Who has written it, for those who only want to name somebody.
    public static Optional<Found> read(Layout layout) {
        try {
            return sign(layout.lockOwner()) instanceof Sign.Left(Found found)
                    ? Optional.of(found)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Sign sign(Path file) throws IOException {
        Instant changedAt;
        try {
            BasicFileAttributes seen =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            changedAt = seen.lastModifiedTime().toInstant();
            if (!seen.isRegularFile()) {
                return new Sign.Unclear("it is no regular file", changedAt);
            }
        } catch (NoSuchFileException e) {
            return new Sign.None();
        }
        try (InputStream text = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return judge(text.readNBytes(LONGEST), changedAt);
        } catch (NoSuchFileException e) {
            return new Sign.None();
        } catch (IOException e) {
            return new Sign.Unclear(reason(e), changedAt);
        }
    }

    /// @param text of the file, or the first [#LONGEST] bytes of it
    public static Sign judge(byte[] text, Instant changedAt) {
        if (text.length == 0) {
            return new Sign.Unclear("it is empty", changedAt);
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
            return LockOwner.parse(decoded)
                    .<Sign>map(lockOwner -> new Sign.Left(new Found(lockOwner, changedAt)))
                    .orElseGet(() -> new Sign.Unclear("it names nobody", changedAt));
        } catch (CharacterCodingException e) {
            return new Sign.Unclear("it is no text", changedAt);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException f when f.getReason() != null -> String.valueOf(f.getReason());
            case IOException other -> String.valueOf(other.getMessage());
        };
    }

    /// This process.
    public static LockOwner ourselves(boolean locked) {
        return new LockOwner(
                word(read(PROC.resolve("sys/kernel/hostname")), "localhost"),
                container(read(PROC.resolve("self/mountinfo"))),
                word(read(PROC.resolve("sys/kernel/random/boot_id")), LockOwner.UNKNOWN),
                namespace(),
                ProcessHandle.current().pid(),
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .orElse(Instant.EPOCH)
                        .truncatedTo(ChronoUnit.SECONDS),
                locked,
                0);
    }

    static String container(String mountinfo) {
        Matcher id = CONTAINER.matcher(mountinfo);
        return id.find() ? id.group(1) : "";
    }

    private static String namespace() {
        try {
            return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        } catch (IOException e) {
            return LockOwner.UNKNOWN;
        }
    }

    private static String word(String text, String otherwise) {
        return text.isBlank() ? otherwise : text.strip();
    }

    private static String read(Path file) {
        try {
            return InputFile.latin1(file);
        } catch (IOException e) {
            return "";
        }
    }
}
