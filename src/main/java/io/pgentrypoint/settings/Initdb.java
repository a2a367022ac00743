package io.pgentrypoint.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What only a first start uses.
public record Initdb(List<String> arguments, Optional<Path> walDirectory) {
    public Initdb {
        arguments = List.copyOf(arguments);
    }
}
