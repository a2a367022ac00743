package io.pgentrypoint.probe;

import io.pgentrypoint.report.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What PID 1 says of its node.
///
/// @param ready whether the node is what the environment asks for; a replica is when it streams
/// @param why the reason, when it is not ready; else empty
/// @param server absent while no server can be asked
/// @param missingWal what a standby needs and nobody has any more, in the server's words
/// @param replayHeld what keeps a standby from replaying what it has, and what lets it go on
/// @param disconnected the standbys that a primary misses
/// @param certificateEnd when the server's certificate ends; absent without TLS_CERT or TLS
public record NodeStatus(
        boolean ready,
        String why,
        Progress.Moment progress,
        Optional<ServerState> server,
        Optional<String> missingWal,
        Optional<String> replayHeld,
        List<ServerState.Disconnected> disconnected,
        Optional<Instant> certificateEnd) {

    public NodeStatus {
        disconnected = List.copyOf(disconnected);
    }

    static NodeStatus ready(Progress.Moment progress, ServerState server) {
        return new NodeStatus(
                true,
                "",
                progress,
                Optional.of(server),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    static NodeStatus notReady(String why, Progress.Moment progress, Optional<ServerState> server) {
        return new NodeStatus(
                false,
                why,
                progress,
                server,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    NodeStatus withMissingWal(Optional<String> missing) {
        return new NodeStatus(
                ready, why, progress, server, missing, replayHeld, disconnected, certificateEnd);
    }

    NodeStatus withReplayHeld(Optional<String> held) {
        return new NodeStatus(
                ready, why, progress, server, missingWal, held, disconnected, certificateEnd);
    }

    NodeStatus withDisconnected(List<ServerState.Disconnected> missed) {
        return new NodeStatus(
                ready, why, progress, server, missingWal, replayHeld, missed, certificateEnd);
    }

    NodeStatus withCertificateEnd(Optional<Instant> end) {
        return new NodeStatus(
                ready, why, progress, server, missingWal, replayHeld, disconnected, end);
    }

    /// One line, for HEALTHCHECK.
    String verdict() {
        return ready ? "healthy" : "not healthy: " + why;
    }
}
