package io.pgentrypoint.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Files that the official image would run at the first start.
public final class InitScripts {

    private static final Path DIRECTORY = Path.of("/docker-entrypoint-initdb.d");

    private InitScripts() {}

    /// Their names, sorted; empty where there is no such directory.
    public static List<String> names() {
        try (Stream<Path> entries = Files.list(DIRECTORY)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
