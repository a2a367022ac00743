package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.wal.Lsn;
import java.util.List;

/// Where a running server stands before another node takes its place.
///
/// @param takesWrites false where it is a standby
/// @param position up to which its WAL is on disk; of a standby, up to which it has received
public record PrimaryState(
        boolean takesWrites, int timeline, Lsn position, List<Receiver> receivers) {

    public PrimaryState {
        receivers = List.copyOf(receivers);
    }

    /// Who receives WAL from it.
    ///
    /// @param state of pg_stat_replication
    /// @param silentSeconds since its last reply
    public record Receiver(String name, String state, double silentSeconds) {}
}
