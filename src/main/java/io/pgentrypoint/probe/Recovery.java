package io.pgentrypoint.probe;

/// What is asked of a server while it is in recovery.
public enum Recovery {
    /// It may stay there, streaming or not: a standby that nobody asked us for.
    MAY_LAST,
    /// It has to follow another server.
    MUST_STREAM,
    /// It has to end: the node is to take writes, and was restored from a backup.
    MUST_END
}
