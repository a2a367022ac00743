package io.pgentrypoint.supervise;

import org.jspecify.annotations.Nullable;

/// What PID 1 says of its node. Values that make no sense for its role are absent.
///
/// @param healthy ready for what the environment asks of this node; a replica is when it streams
/// @param why the reason, when it is not healthy
/// @param lagBytes WAL received or announced, and not replayed yet
/// @param standbys how many standbys stream from this node
public record NodeStatus(
        String phase,
        boolean healthy,
        @Nullable String why,
        @Nullable String role,
        @Nullable Integer timeline,
        @Nullable String wal,
        @Nullable String upstream,
        @Nullable String receiver,
        @Nullable Long lagBytes,
        @Nullable Integer standbys) {

    static NodeStatus unhealthy(Phase phase, String why) {
        return new NodeStatus(
                phase.name().toLowerCase(java.util.Locale.ROOT),
                false,
                why,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
