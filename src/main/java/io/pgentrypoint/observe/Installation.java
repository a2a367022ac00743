package io.pgentrypoint.observe;

import java.nio.file.Path;

/// The PostgreSQL programs at hand.
///
/// @param binDirectory absolute, so that no later change of PATH swaps the server
public record Installation(Path binDirectory, int major) {

    public String program(String name) {
        return binDirectory.resolve(name).toString();
    }
}
