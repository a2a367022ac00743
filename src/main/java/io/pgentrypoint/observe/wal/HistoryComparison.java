package io.pgentrypoint.observe.wal;

import java.util.List;
import java.util.Optional;

/// How the cluster on a volume stands to the server that it is asked to follow.
///
/// @param cascading whether that server is a standby itself
/// @param loss what would be lost, where the two have diverged
/// @param missingWal what the server answers when it is asked for the WAL that we need next, if it
///   has removed it
/// @param rewindBlockers why pg_rewind cannot be used, each a sentence; looked at only where it is
///   asked for
/// @param moveAsideBlockers why the data directory cannot be moved aside and cloned anew, the same
public record HistoryComparison(
        Ancestry ancestry,
        boolean cascading,
        Optional<Loss> loss,
        Optional<String> missingWal,
        List<String> rewindBlockers,
        List<String> moveAsideBlockers) {

    public HistoryComparison {
        rewindBlockers = List.copyOf(rewindBlockers);
        moveAsideBlockers = List.copyOf(moveAsideBlockers);
    }

    /// Of a cluster about which nothing more was looked at.
    public HistoryComparison(Ancestry ancestry, boolean cascading) {
        this(ancestry, cascading, Optional.empty(), Optional.empty(), List.of(), List.of());
    }
}
