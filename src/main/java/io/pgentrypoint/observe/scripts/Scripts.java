package io.pgentrypoint.observe.scripts;

import java.nio.file.Path;

/// The user's scripts.
///
/// @param init at the first start
/// @param start at each start of a node that takes writes
public record Scripts(ScriptDirectory init, ScriptDirectory start) {

    private static final String INIT = "docker-entrypoint-initdb.d";
    private static final String START = "docker-entrypoint-startdb.d";

    /// Below another root in a test, which must not write into the machine's.
    private static final Path ROOT = Path.of(System.getProperty("entrypoint.root", "/"));

    public static Scripts none() {
        return new Scripts(ScriptDirectory.none(initPath()), ScriptDirectory.none(startPath()));
    }

    static Path initPath() {
        return ROOT.resolve(INIT);
    }

    static Path startPath() {
        return ROOT.resolve(START);
    }
}
