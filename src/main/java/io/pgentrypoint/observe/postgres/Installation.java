package io.pgentrypoint.observe.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The PostgreSQL programs at hand.
///
/// @param binDirectory absolute, so that no later change of PATH swaps the server
public record Installation(Path binDirectory, int major) {

    /// Whether the server can load that library and knows the extension of that name. Debian and
    /// the builds from source differ in where they keep both, and in nothing else.
    public boolean hasExtension(String name) {
        Path home = binDirectory.resolveSibling("");
        boolean library =
                Stream.of(home.resolve("lib"), home.resolve("lib/postgresql"))
                        .anyMatch(directory -> Files.exists(directory.resolve(name + ".so")));
        boolean control =
                Stream.of(
                                Path.of("/usr/share/postgresql", String.valueOf(major)),
                                home.resolve("share"),
                                home.resolve("share/postgresql"))
                        .anyMatch(directory ->
                                Files.exists(directory.resolve("extension/" + name + ".control")));
        return library && control;
    }

    public String program(String name) {
        return binDirectory.resolve(name).toString();
    }
}
