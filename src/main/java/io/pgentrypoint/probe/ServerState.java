package io.pgentrypoint.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the running server says of itself.
///
/// @param startedAt seconds since 1970
/// @param standbys who streams from here, at most [#MOST] of them
/// @param slots at most [#MOST] of them
public record ServerState(
        int timeline,
        double startedAt,
        Position position,
        List<Downstream> standbys,
        List<ReplicationSlot> slots) {

    /// A page of probes must not grow with what clients do.
    static final int MOST = 200;

    public ServerState {
        standbys = List.copyOf(standbys);
        slots = List.copyOf(slots);
    }

    /// Where it stands in the write-ahead log.
    public sealed interface Position {}

    /// @param writable false while `default_transaction_read_only` is on
    record Primary(String written, boolean writable) implements Position {}

    /// @param receiver the WAL receiver's status, or `none`
    /// @param upstream host and port it receives from
    /// @param lagBytes WAL that is announced or received, and not replayed yet
    /// @param lagSeconds age of the last commit replayed; 0 when all that is known of is replayed;
    ///   absent while nothing is received, when nobody can know
    /// @param silentSeconds time since the upstream's last message, a keepalive included
    /// @param replayedCommitAt when the last commit replayed was made, in seconds since 1970
    record Standby(
            @Nullable String received,
            @Nullable String replayed,
            String receiver,
            @Nullable String upstream,
            long lagBytes,
            @Nullable Double lagSeconds,
            @Nullable Double silentSeconds,
            @Nullable Double replayedCommitAt)
            implements Position {
        boolean streams() {
            return receiver.equals("streaming");
        }
    }

    /// A client of ours that receives WAL: a standby, or a running pg_basebackup.
    ///
    /// @param state startup, catchup, streaming, backup, stopping
    /// @param sync async, potential, sync or quorum
    record Downstream(
            String name,
            @Nullable String address,
            String state,
            String sync,
            @Nullable String replayed,
            @Nullable Long lagBytes,
            @Nullable Double lagSeconds) {}

    /// @param walStatus reserved, extended, unreserved or lost; absent when it keeps no WAL
    /// @param retainedBytes WAL that is kept for it
    record ReplicationSlot(
            String name,
            String type,
            boolean active,
            @Nullable String walStatus,
            @Nullable Long retainedBytes) {}
}
