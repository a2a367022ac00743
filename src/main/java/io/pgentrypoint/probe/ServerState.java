package io.pgentrypoint.probe;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the running server says of itself; where it lets us not in, what can be seen all the same.
///
/// @param timeline absent without a login
/// @param startedAt seconds since 1970
/// @param notAsked why the rest is not known; empty after a login
/// @param standbys who streams from here, at most [#MOST] of them
/// @param slots at most [#MOST] of them
/// @param archiver absent where no archiver runs
public record ServerState(
        @Nullable Integer timeline,
        double startedAt,
        Position position,
        List<Downstream> standbys,
        List<ReplicationSlot> slots,
        Optional<Archiver> archiver,
        Optional<String> notAsked) {

    /// A page of probes must not grow with what clients do.
    static final int MOST = 200;

    public ServerState {
        standbys = List.copyOf(standbys);
        slots = List.copyOf(slots);
    }

    ServerState(
            int timeline,
            double startedAt,
            Position position,
            List<Downstream> standbys,
            List<ReplicationSlot> slots,
            Optional<Archiver> archiver) {
        this(timeline, startedAt, position, standbys, slots, archiver, Optional.empty());
    }

    static ServerState notAsked(double startedAt, Position position, String why) {
        return new ServerState(
                null,
                startedAt,
                position,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(why));
    }

    /// Of standbys that are not connected.
    List<ReplicationSlot> unusedSlots() {
        return slots.stream()
                .filter(slot -> slot.type().equals("physical") && !slot.active())
                .toList();
    }

    /// Where it stands in the write-ahead log.
    public sealed interface Position {}

    /// @param writable false while `default_transaction_read_only` is on
    record Primary(@Nullable String written, @Nullable Boolean writable) implements Position {
        boolean refusesWrites() {
            return Boolean.FALSE.equals(writable);
        }
    }

    /// @param receiver the WAL receiver's status, or `none`; `unknown` where that cannot be seen
    /// @param upstream host and port it receives from
    /// @param silentSeconds time since the upstream's last message, a keepalive included
    /// @param replayedCommitAt when the last commit replayed was made, in seconds since 1970
    record Standby(
            @Nullable String received,
            @Nullable String replayed,
            String receiver,
            @Nullable String upstream,
            Replay replay,
            @Nullable Double silentSeconds,
            @Nullable Double replayedCommitAt)
            implements Position {

        static final String UNKNOWN = "unknown";

        boolean streams() {
            return receiver.equals("streaming");
        }

        static Standby notAsked(String receiver) {
            return new Standby(null, null, receiver, null, Replay.UNKNOWN, null, null);
        }
    }

    /// How far replay is behind, and what holds it up. What is not known is absent: 0 would say
    /// that there is nothing to replay.
    ///
    /// @param lagBytes WAL that is announced or received, and not replayed yet
    /// @param lagSeconds age of the last commit replayed; 0 when all that is known of is replayed;
    ///   absent while nothing is received, and before a commit was replayed
    /// @param paused it goes on when it is told to, or at a restart
    /// @param delay `recovery_min_apply_delay` as it is set; absent when it is 0
    record Replay(
            @Nullable Long lagBytes,
            @Nullable Double lagSeconds,
            boolean paused,
            @Nullable String delay) {

        static final Replay UNKNOWN = new Replay(null, null, false, null);
    }

    /// A client of ours that receives WAL: a standby, or a running pg_basebackup.
    ///
    /// @param state startup, catchup, streaming, backup, stopping
    /// @param sync async, potential, sync or quorum
    /// @param slot that it uses
    record Downstream(
            String name,
            @Nullable String address,
            String state,
            String sync,
            @Nullable String slot,
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

    /// A standby that is expected here and not connected.
    ///
    /// @param name of its slot, where it has never streamed from this primary
    /// @param since when it last streamed, in ISO 8601
    /// @param replayed its position then
    record Disconnected(
            String name,
            @Nullable String since,
            @Nullable String replayed,
            @Nullable String slot,
            @Nullable String walStatus,
            @Nullable Long retainedBytes) {}

    /// What `pg_stat_archiver` counts since its last reset.
    ///
    /// @param failing whether the last attempt failed
    /// @param lastFailedWal the file of the last attempt that failed
    record Archiver(
            long archived,
            long failed,
            boolean failing,
            @Nullable String lastFailedWal,
            @Nullable Double lastFailedAt) {}
}
