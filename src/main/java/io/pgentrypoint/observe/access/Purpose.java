package io.pgentrypoint.observe.access;

import java.nio.file.Path;

/// What a directory is for: that says which content may be given to the server's user.
public sealed interface Purpose {

    /// PGDATA.
    record Data() implements Purpose {}

    /// POSTGRES_INITDB_WALDIR.
    ///
    /// @param data PGDATA
    record Wal(Path data) implements Purpose {}

    /// Whatever is in it is for the server.
    record Sockets() implements Purpose {}
}
