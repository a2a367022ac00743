package io.pgentrypoint.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A file that somebody else wrote, read whole. What could block for ever (a pipe) or has no end (a
/// device) is not opened, and no file takes more memory than the limit.
public final class InputFile {

    /// For configuration and state files: many times what PostgreSQL and its users write.
    public static final int MOST = 2 << 20;

    private static final int TYPE = 0170000;

    /// What a path leads to (stat(2), st_mode).
    public enum Kind {
        REGULAR(0100000, "a regular file"),
        PIPE(0010000, "a pipe"),
        DIRECTORY(0040000, "a directory"),
        CHARACTER_DEVICE(0020000, "a character device"),
        BLOCK_DEVICE(0060000, "a block device"),
        SOCKET(0140000, "a socket");

        private final int type;
        private final String title;

        Kind(int type, String title) {
            this.type = type;
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private InputFile() {}

    /// A link stands for what it leads to.
    public static Kind kind(Path file) throws IOException {
        Map<String, Object> seen = Files.readAttributes(file, "unix:mode");
        int type = seen.get("mode") instanceof Integer mode ? mode & TYPE : 0;
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.type == type)
                .findFirst()
                .orElseThrow(() -> refused(file, "it is of an unknown kind"));
    }

    /// @throws FileSystemException also for what is no regular file, or too large
    public static byte[] bytes(Path file) throws IOException {
        Kind kind = kind(file);
        if (kind != Kind.REGULAR) {
            throw refused(file, "it is %s, not a regular file".formatted(kind.title()));
        }
        return bytes(file, MOST);
    }

    /// Whatever it is: the caller has looked at its kind.
    ///
    /// @throws FileSystemException also when there is more in it
    public static byte[] bytes(Path file, int most) throws IOException {
        if (Files.size(file) > most) {
            throw tooLarge(file, most);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw tooLarge(file, most);
            }
            return bytes;
        }
    }

    /// Malformed text throws, as with `Files.readString`.
    public static String utf8(Path file) throws IOException {
        return text(file, StandardCharsets.UTF_8);
    }

    public static String latin1(Path file) throws IOException {
        return text(file, StandardCharsets.ISO_8859_1);
    }

    public static List<String> lines(Path file, Charset charset) throws IOException {
        return text(file, charset).lines().toList();
    }

    private static String text(Path file, Charset charset) throws IOException {
        return charset.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes(file))).toString();
    }

    private static FileSystemException tooLarge(Path file, int most) {
        return refused(file, "it is larger than " + Measures.bytes(most));
    }

    private static FileSystemException refused(Path file, String why) {
        return new FileSystemException(file.toString(), null, why);
    }
}
