package io.pgentrypoint.settings;

import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Measures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A file that holds the value of a variable. Trailing newlines go, as `$(< file)` of the official
/// image takes them, and one carriage return before them; everything else stays.
sealed interface ValueFile {

    int MOST = 64 << 10;

    /// The usual name of an empty file.
    Path EMPTY = Path.of("/dev/null");

    /// What a reader of the log should know of a file.
    record Oddity(String rule, String remedy) {}

    /// @param pipe whether what it held is gone once read
    record Content(String text, boolean pipe, List<Oddity> oddities) implements ValueFile {}

    /// @param denied whether another user might read it
    record Unreadable(String why, boolean denied) implements ValueFile {}

    /// @param timeout a pipe may have nobody who writes to it, a network's file system may not
    ///   answer
    static ValueFile read(String path, Duration timeout) {
        FutureTask<ValueFile> reading = new FutureTask<>(() -> read(path));
        // Left behind where it blocks: there is no way to interrupt open(2) of a pipe.
        Thread.ofPlatform().daemon().name("value file").start(reading);
        try {
            return reading.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return unreadable(
                    "it was not read to its end within %s (a pipe: nobody writes to it, or the writer does not close it)"
                            .formatted(Measures.time(timeout)));
        } catch (ExecutionException e) {
            return unreadable(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unreadable("interrupted");
        }
    }

    private static ValueFile read(String path) {
        try {
            Path file = Path.of(path);
            return switch (InputFile.kind(file)) {
                case REGULAR -> content(file, false);
                case PIPE -> content(file, true);
                case DIRECTORY ->
                        unreadable(
                                "it is a directory (an engine makes one where a mounted file is missing)");
                case CHARACTER_DEVICE ->
                        Files.isSameFile(file, EMPTY)
                                ? new Content("", false, List.of())
                                : unreadable("it is a character device, not a file");
                case BLOCK_DEVICE -> unreadable("it is a block device, not a file");
                case SOCKET -> unreadable("it is a socket, not a file");
            };
        } catch (NoSuchFileException | InvalidPathException e) {
            return unreadable("no such file");
        } catch (AccessDeniedException e) {
            return new Unreadable("permission denied " + ownership(Path.of(path)), true);
        } catch (CharacterCodingException e) {
            return unreadable("it is not UTF-8 text");
        } catch (FileSystemException e) {
            return unreadable(
                    String.valueOf(e.getReason() == null ? e.getMessage() : e.getReason()));
        } catch (IOException | UnsupportedOperationException e) {
            return unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static Unreadable unreadable(String why) {
        return new Unreadable(why, false);
    }

    private static Content content(Path file, boolean pipe) throws IOException {
        String text =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(InputFile.bytes(file, MOST)))
                        .toString();
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
        }
        List<Oddity> oddities = new ArrayList<>();
        if (end > 0 && text.charAt(end - 1) == '\r') {
            end--;
            oddities.add(
                    new Oddity(
                            "the file ends with a carriage return, which is not part of the value",
                            "rewrite the file without it"));
        }
        if (text.startsWith("\uFEFF")) {
            oddities.add(
                    new Oddity(
                            "the file starts with a byte order mark, which is part of the value",
                            "rewrite the file without it"));
        }
        return new Content(text.substring(0, end), pipe, oddities);
    }

    private static String ownership(Path file) {
        String whose = FileOwner.of(file).map(FileOwner::toString).orElse("on the way to it");
        return "(" + whose + uid() + ")";
    }

    /// Not the owner of /proc/self: that is root once the process has stepped down from it
    /// (proc(5), dumpable).
    private static String uid() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)
                    .stream()
                    .filter(line -> line.startsWith("Uid:\t"))
                    .map(line -> line.split("\t", -1))
                    .filter(fields -> fields.length > 2)
                    .map(fields -> "; this process runs as uid " + fields[2])
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
