package io.pgentrypoint.observe.wal;

/// What a data directory at rest holds of its cluster's history.
///
/// @param end on the current timeline of the history
public record LocalTimelines(String systemIdentifier, TimelineHistory history, WalEnd end) {}
