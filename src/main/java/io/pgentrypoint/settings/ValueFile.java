package io.pgentrypoint.settings;

import io.pgentrypoint.report.FileOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file that holds the value of a variable. Trailing newlines go, as `$(< file)` of the official
/// image takes them; everything else stays.
sealed interface ValueFile {

    /// @param oddities what an editor may have left in it, worth a warning
    record Content(String text, List<String> oddities) implements ValueFile {}

    record Unreadable(String why) implements ValueFile {}

    static ValueFile read(String path) {
        try {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                return new Unreadable(
                        "it is a directory (an engine makes one where a mounted file is missing)");
            }
            return content(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                            .toString());
        } catch (NoSuchFileException | InvalidPathException e) {
            return new Unreadable("no such file");
        } catch (AccessDeniedException e) {
            return new Unreadable("permission denied " + ownership(Path.of(path)));
        } catch (CharacterCodingException e) {
            return new Unreadable("it is not UTF-8 text");
        } catch (IOException e) {
            return new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static ValueFile content(String raw) {
        String text = raw;
        while (text.endsWith("\n")) {
            text = text.substring(0, text.length() - 1);
        }
        List<String> oddities = new ArrayList<>();
        if (text.endsWith("\r")) {
            oddities.add("the file ends with a carriage return, which is part of the value");
        }
        if (text.startsWith("\uFEFF")) {
            oddities.add("the file starts with a byte order mark, which is part of the value");
        }
        return new Content(text, oddities);
    }

    private static String ownership(Path file) {
        String whose = FileOwner.of(file).map(FileOwner::toString).orElse("on the way to it");
        String reader =
                FileOwner.of(Path.of("/proc/self/stat"))
                        .map(us -> "; this process runs as uid " + us.uid())
                        .orElse("");
        return "(" + whose + reader + ")";
    }
}
