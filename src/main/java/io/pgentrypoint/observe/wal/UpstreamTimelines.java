package io.pgentrypoint.observe.wal;

/// What a server that answers holds of its cluster's history.
///
/// @param position how far its WAL goes on the current timeline of the history
/// @param inRecovery whether it is a standby itself: then its position may lag behind its primary's
public record UpstreamTimelines(
        String systemIdentifier, TimelineHistory history, Lsn position, boolean inRecovery) {}
