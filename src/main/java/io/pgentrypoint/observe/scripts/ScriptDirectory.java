package io.pgentrypoint.observe.scripts;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `/docker-entrypoint-initdb.d`, whose files run once, or `/docker-entrypoint-startdb.d`, whose
/// files run at each start.
///
/// @param scripts in the order in which they run
/// @param unreadable why it cannot be listed
public record ScriptDirectory(Path path, List<Script> scripts, Optional<String> unreadable) {

    public ScriptDirectory {
        scripts = List.copyOf(scripts);
    }

    /// One that is empty, missing, or not looked at.
    public static ScriptDirectory none(Path path) {
        return new ScriptDirectory(path, List.of(), Optional.empty());
    }

    public boolean isEmpty() {
        return scripts.isEmpty();
    }

    /// Whether a server has to be up for them.
    public boolean hasWork() {
        return scripts.stream().anyMatch(script -> script.use() != Script.Use.IGNORE);
    }
}
