package io.pgentrypoint.volume;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads who holds a volume, and who we are ourselves.
public final class HolderReader {

    private static final Path PROC = Path.of("/proc");

    /// Engines mount /etc/hostname and its like from a directory named by the container's id.
    private static final Pattern CONTAINER =
            Pattern.compile("/([0-9a-f]{64})/\\S* /etc/(?:hostname|hosts|resolv\\.conf) ");

    private HolderReader() {}

    /// @param beatAt when the file was last written, by the clock of its file system
    public record Found(Holder holder, Instant beatAt) {}

    /// Empty when nobody has written it, or nobody can read it.
    public static Optional<Found> read(Layout layout) {
        Path file = layout.holder();
        try {
            Instant beatAt = Files.getLastModifiedTime(file).toInstant();
            return Holder.parse(Files.readString(file, StandardCharsets.UTF_8))
                    .map(holder -> new Found(holder, beatAt));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// This process.
    public static Holder ourselves(boolean locked) {
        return new Holder(
                word(read(PROC.resolve("sys/kernel/hostname")), "localhost"),
                container(read(PROC.resolve("self/mountinfo"))),
                word(read(PROC.resolve("sys/kernel/random/boot_id")), Holder.UNKNOWN),
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
            return Holder.UNKNOWN;
        }
    }

    private static String word(String text, String otherwise) {
        return text.isBlank() ? otherwise : text.strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
