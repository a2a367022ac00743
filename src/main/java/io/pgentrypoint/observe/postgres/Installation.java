package io.pgentrypoint.observe.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The PostgreSQL programs at hand.
///
/// @param binDirectory absolute, so that no later change of PATH swaps the server
public record Installation(Path binDirectory, int major) {

    private static final Pattern VERSION = setting("default_version", "([^']*)");
    private static final Pattern LIBRARY = setting("module_pathname", "\\$libdir/([^']+)");

    private static Pattern setting(String name, String value) {
        return Pattern.compile("(?m)^\\s*%s\\s*=?\\s*'%s'".formatted(name, value));
    }

    /// Whether the server can load that library and knows the extension of that name.
    public boolean hasExtension(String name) {
        return hasLibrary(name) && control(name).isPresent();
    }

    /// The version that CREATE EXTENSION makes of it, where its library is there, too.
    public Optional<String> extensionVersion(String name) {
        Optional<String> control = control(name).flatMap(FileBytes::utf8);
        boolean complete =
                control.flatMap(text -> value(LIBRARY, text)).map(this::hasLibrary).orElse(true);
        return complete ? control.flatMap(text -> value(VERSION, text)) : Optional.empty();
    }

    private static Optional<String> value(Pattern setting, String text) {
        Matcher match = setting.matcher(text);
        return match.find() ? Optional.of(match.group(1)) : Optional.empty();
    }

    /// Debian and the builds from source differ in where they keep both, and in nothing else.
    private Optional<Path> control(String name) {
        Path home = binDirectory.resolveSibling("");
        return Stream.of(
                        Path.of("/usr/share/postgresql", String.valueOf(major)),
                        home.resolve("share"),
                        home.resolve("share/postgresql"))
                .map(directory -> directory.resolve("extension").resolve(name + ".control"))
                .filter(Files::exists)
                .findFirst();
    }

    private boolean hasLibrary(String name) {
        Path home = binDirectory.resolveSibling("");
        return Stream.of(home.resolve("lib"), home.resolve("lib/postgresql"))
                .anyMatch(directory -> Files.exists(directory.resolve(name + ".so")));
    }

    public String program(String name) {
        return binDirectory.resolve(name).toString();
    }
}
