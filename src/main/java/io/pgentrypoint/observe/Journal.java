package io.pgentrypoint.observe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How far a first boot has come. The file exists only while one is under way.
///
/// @param walDirectory a WAL directory outside PGDATA whose content is ours
/// @param entries while publishing: what moves from staging to PGDATA, in this order
public record Journal(Phase phase, Optional<Path> walDirectory, List<String> entries) {

    public Journal {
        entries = List.copyOf(entries);
    }

    /// Building may be thrown away; publishing must be finished.
    public enum Phase {
        BUILDING,
        PUBLISHING
    }
}
