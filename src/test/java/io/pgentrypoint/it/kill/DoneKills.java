package io.pgentrypoint.it.kill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.pgentrypoint.kit.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The kills that were made whole, a line each: a run of all of them takes hours, and one that was
/// interrupted is gone on with by the same seed.
final class DoneKills {

    private static final Set<String> BEFORE = Set.copyOf(lines());

    private DoneKills() {}

    static boolean contains(String kill) {
        return BEFORE.contains(kill);
    }

    static void add(String kill) throws IOException {
        if (!Limits.KILLS_DONE.isEmpty()) {
            Files.writeString(file(), kill + "\n", UTF_8, CREATE, APPEND);
        }
    }

    private static Path file() {
        return Path.of(Limits.KILLS_DONE);
    }

    private static List<String> lines() {
        try {
            return !Limits.KILLS_DONE.isEmpty() && Files.exists(file())
                    ? Files.readAllLines(file(), UTF_8)
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
