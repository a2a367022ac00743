package io.pgentrypoint.observe;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.mode.Mode;
import io.pgentrypoint.timeline.Ancestry;
import io.pgentrypoint.timeline.LocalBranch;
import io.pgentrypoint.timeline.ServerBranch;
import io.pgentrypoint.timeline.ServerBranchReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Asks the peers, all at once: a peer that is cut off costs its time only once.
final class PeerReader {

    private static final Duration AGAIN = Duration.ofMillis(500);

    private final int ownPort;
    private final Duration timeout;
    private final Optional<LocalBranch> ours;

    /// @param timeout of each wait, and how long a peer that is starting up is asked again
    PeerReader(int ownPort, Duration timeout, Optional<LocalBranch> ours) {
        this.ownPort = ownPort;
        this.timeout = timeout;
        this.ours = ours;
    }

    List<Peer> ask(List<Mode.NativeReplica> peers) {
        // Platform threads: name resolution is a native call.
        Executor threads = task -> Thread.ofPlatform().daemon().name("peer").start(task);
        List<CompletableFuture<Peer>> answers = new ArrayList<>();
        for (Mode.NativeReplica peer : peers) {
            answers.add(CompletableFuture.supplyAsync(() -> ask(peer), threads));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private Peer ask(Mode.NativeReplica peer) {
        Instant end = Instant.now().plus(timeout);
        while (true) {
            Peer answer = once(peer);
            boolean starts =
                    answer instanceof Peer.Unclear unclear
                            && unclear.why().reason() == Upstream.Reason.STARTING;
            if (!starts || Instant.now().isAfter(end)) {
                return answer;
            }
            try {
                Thread.sleep(AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
        }
    }

    private Peer once(Mode.NativeReplica peer) {
        return switch (new UpstreamReader().ask(peer, ownPort, timeout)) {
            case Upstream.Answered answered -> branch(peer, answered);
            case Upstream.Unusable unusable -> unusable(peer, unusable);
        };
    }

    private Peer branch(Mode.NativeReplica peer, Upstream.Answered answered) {
        try (Connection connection = UpstreamReader.connection(peer, timeout).open()) {
            ServerBranch theirs = ServerBranchReader.read(new ReplicationCommands(connection));
            return new Peer.Answering(
                    peer, answered, theirs, ours.map(local -> Ancestry.of(local, theirs)));
        } catch (SQLException e) {
            return unusable(peer, UpstreamFailure.of(e));
        }
    }

    private static Peer unusable(Mode.NativeReplica peer, Upstream.Unusable why) {
        return switch (why.reason()) {
            case ITSELF -> new Peer.Itself(peer);
            case UNKNOWN_HOST, REFUSED, UNREACHABLE -> new Peer.Silent(peer, why);
            case STARTING,
                    WRONG_PASSWORD,
                    NO_HBA_ENTRY,
                    NOT_A_REPLICATION_ROLE,
                    TLS,
                    FULL,
                    NOT_POSTGRESQL,
                    OTHER ->
                    new Peer.Unclear(peer, why);
        };
    }
}
