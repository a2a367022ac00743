package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.connect.NotReadyServer;
import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparisonReader;
import io.pgentrypoint.observe.wal.LocalTimelines;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.observe.wal.UpstreamTimelinesReader;
import io.pgentrypoint.observe.wal.WalState;
import io.pgentrypoint.settings.mode.UpstreamServer;
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
public final class PeerReader {

    private static final Duration AGAIN = Duration.ofMillis(500);

    private final int ownPort;
    private final Duration timeout;
    private final Optional<Ours> ours;

    /// What our volume holds.
    ///
    /// @param atRest where there may be something to follow: what comes next is asked for
    public record Ours(LocalTimelines timelines, Optional<WalState> atRest) {}

    /// @param timeout of each wait, and how long a peer that is starting up is asked again
    public PeerReader(int ownPort, Duration timeout, Optional<Ours> ours) {
        this.ownPort = ownPort;
        this.timeout = timeout;
        this.ours = ours;
    }

    public List<Peer> ask(List<UpstreamServer> peers) {
        // Platform threads: name resolution is a native call.
        Executor threads = task -> Thread.ofPlatform().daemon().name("peer").start(task);
        List<CompletableFuture<Peer>> answers = new ArrayList<>();
        for (UpstreamServer peer : peers) {
            answers.add(CompletableFuture.supplyAsync(() -> ask(peer), threads));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private Peer ask(UpstreamServer peer) {
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

    private Peer once(UpstreamServer peer) {
        return switch (new UpstreamReader().ask(peer, ownPort, timeout)) {
            case Upstream.Answered answered -> timelines(peer, answered);
            case Upstream.Unusable unusable ->
                    waiting(peer, unusable).orElseGet(() -> unusable(peer, unusable));
        };
    }

    /// It answers as a server that is not ready does, and without TLS.
    private Optional<Peer> waiting(UpstreamServer peer, Upstream.Unusable why) {
        boolean may =
                why.reason() == Upstream.Reason.STARTING || why.reason() == Upstream.Reason.TLS;
        return may
                ? NotReadyServer.ask(peer.address(), timeout)
                        .flatMap(WaitingNode::parse)
                        .map(node -> new Peer.Waiting(peer, node))
                : Optional.empty();
    }

    private Peer timelines(UpstreamServer peer, Upstream.Answered answered) {
        ReplicationConnection server = UpstreamReader.connection(peer, timeout);
        UpstreamTimelines theirs;
        try (Connection connection = server.open()) {
            theirs = UpstreamTimelinesReader.read(new ReplicationCommands(connection));
        } catch (SQLException e) {
            return unusable(peer, UpstreamFailure.of(e));
        } catch (RuntimeException | OutOfMemoryError e) {
            // The driver trusts the lengths and the order of what a server says.
            return unusable(
                    peer, new Upstream.Unusable(Upstream.Reason.NOT_POSTGRESQL, e.toString()));
        }
        Optional<Ancestry> ancestry = ours.map(local -> Ancestry.of(local.timelines(), theirs));
        Optional<String> missingWal = ancestry.flatMap(found -> missingWal(found, theirs, server));
        return new Peer.Answering(peer, answered, theirs, ancestry, missingWal);
    }

    /// Of a standby too: this node may have followed it before.
    private Optional<String> missingWal(
            Ancestry ancestry, UpstreamTimelines theirs, ReplicationConnection server) {
        return ancestry instanceof Ancestry.Follows follows
                ? ours.flatMap(Ours::atRest)
                        .flatMap(wal ->
                                HistoryComparisonReader.missingWal(wal, follows, theirs, server))
                : Optional.empty();
    }

    private static Peer unusable(UpstreamServer peer, Upstream.Unusable why) {
        if (why.reason() == Upstream.Reason.ITSELF) {
            return new Peer.Itself(peer);
        }
        return why.reason().isSilence() ? new Peer.Silent(peer, why) : new Peer.Unclear(peer, why);
    }
}
