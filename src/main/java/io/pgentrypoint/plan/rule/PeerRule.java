package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.report.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What the peers mean for a node that is to take writes. A check, and no consensus: two nodes that
/// are cut off from each other both find nobody.
public final class PeerRule {

    private final List<Peer> peers;
    private final String directory;

    public PeerRule(List<Peer> peers, String directory) {
        this.peers = peers;
        this.directory = directory;
    }

    /// For an empty volume: a cluster made now would be another one than that of the peers.
    public void refuseSecondCluster() {
        for (Peer peer : worstFirst("")) {
            switch (PeerTable.of(peer, "").onEmptyVolume()) {
                case REFUSE, RETRY ->
                        throw refusal(
                                peer, answering -> Refusals.secondCluster(directory, answering));
                case FOLLOW, WARN, NOTHING -> {}
            }
        }
    }

    /// For a volume that was a primary's: the peer that it can follow instead, when one of them is
    /// the primary now.
    public Optional<Peer> primaryToFollow(DataDirectory.Cluster cluster) {
        refuseTwoPrimaries(cluster);
        for (Peer peer : worstFirst(identifier(cluster))) {
            PeerTable row = PeerTable.of(peer, identifier(cluster));
            switch (row.asPrimary()) {
                case FOLLOW -> {
                    return Optional.of(peer);
                }
                case REFUSE, RETRY ->
                        throw refusal(peer, answering -> cannotBePrimary(row, answering));
                case WARN, NOTHING -> {}
            }
        }
        return Optional.empty();
    }

    private Refusal cannotBePrimary(PeerTable row, Peer.Answering peer) {
        return row == PeerTable.NEWER_STANDBY
                ? Refusals.leftBehind("start %s as a primary".formatted(directory), peer)
                : Refusals.cannotFollow(directory, peer);
    }

    private void refuseTwoPrimaries(DataDirectory.Cluster cluster) {
        List<Peer.Answering> primaries = primaries(cluster);
        if (primaries.size() > 1) {
            throw Refusals.twoPrimaries(directory, primaries);
        }
    }

    private List<Peer> worstFirst(String ours) {
        return peers.stream()
                .sorted(Comparator.comparing(peer -> PeerTable.of(peer, ours)))
                .toList();
    }

    private static String identifier(DataDirectory.Cluster cluster) {
        return cluster.control().systemIdentifier();
    }

    /// For a standby that follows a peer instead of being the primary: that peer, or the one which
    /// has become the primary since.
    public Peer followedOr(String followed, DataDirectory.Cluster cluster) {
        List<Peer.Answering> primaries = primaries(cluster);
        return primaries.size() == 1 ? primaries.getFirst() : named(followed).orElseThrow();
    }

    /// For a standby that follows a peer: what the two do not share would have to be thrown away. A
    /// standby may be ahead of what it follows; another cluster is told apart before.
    public void refuseParted(Peer peer) {
        if (peer instanceof Peer.Answering answering
                && answering.ancestry().filter(Ancestry::isParted).isPresent()) {
            throw Refusals.cannotFollow(directory, answering);
        }
    }

    /// What keeps a standby of that peer from going on, where the peer has removed it.
    public static Optional<String> withoutWal(Peer peer) {
        return Optional.of(peer)
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast)
                .flatMap(Peer.Answering::missingWal)
                .map("no longer has the WAL that comes next here: %s"::formatted);
    }

    /// Whether that peer is still among those that are asked.
    public boolean knows(String followed) {
        return named(followed).isPresent();
    }

    private Optional<Peer> named(String followed) {
        return peers.stream()
                .filter(peer -> peer.server().address().toString().equals(followed))
                .findFirst();
    }

    /// For a standby that is to be promoted. A primary that has allowed it does not stand against
    /// that.
    public void refuseSecondPrimary(DataDirectory.Cluster cluster) {
        List<Peer> others = peers.stream().filter(peer -> !isPredecessor(peer)).toList();
        new PeerRule(others, directory)
                .promotionBlockers(cluster).stream()
                        .findFirst()
                        .ifPresent(refusal -> {
                            throw refusal;
                        });
    }

    private static boolean isPredecessor(Peer peer) {
        return peer instanceof Peer.Waiting(_, WaitingNode node)
                && node.cluster().filter(WaitingNode.Cluster::handedOver).isPresent();
    }

    /// Every reason not to promote a standby, the worst first.
    public List<Refusal> promotionBlockers(DataDirectory.Cluster cluster) {
        List<Refusal> blockers = new ArrayList<>();
        for (Peer peer : worstFirst(identifier(cluster))) {
            PeerTable row = PeerTable.of(peer, identifier(cluster));
            switch (row.whenPromoted()) {
                case REFUSE, RETRY ->
                        blockers.add(
                                peer instanceof Peer.Waiting
                                        ? Refusals.besideWaitingPrimary(directory, peer)
                                        : refusal(
                                                peer, answering -> cannotPromote(row, answering)));
                case FOLLOW, WARN, NOTHING -> {}
            }
        }
        return blockers;
    }

    private Refusal cannotPromote(PeerTable row, Peer.Answering peer) {
        return switch (row) {
            case NEWER_STANDBY -> Refusals.leftBehind("promote %s".formatted(directory), peer);
            case STANDBY_AHEAD -> Refusals.behindPeer(directory, peer);
            case PRIMARY,
                    PRIMARY_WITHOUT_WAL,
                    PARTED_PRIMARY,
                    UNCLEAR,
                    STANDBY,
                    OTHER_CLUSTER,
                    WAITING,
                    WAITING_PRIMARY,
                    WAITING_EMPTY,
                    SILENT,
                    ITSELF ->
                    Refusals.besidePrimary(directory, peer);
        };
    }

    public List<String> warnings(Optional<DataDirectory.Cluster> cluster) {
        List<String> warnings = new ArrayList<>();
        for (Peer peer : peers) {
            PeerTable row = PeerTable.of(peer, cluster.map(PeerRule::identifier).orElse(""));
            switch (cluster.isPresent() ? row.asPrimary() : row.onEmptyVolume()) {
                case WARN -> warnings.add(warning(peer));
                case NOTHING, FOLLOW, RETRY, REFUSE -> {}
            }
        }
        return warnings;
    }

    private static String warning(Peer peer) {
        return switch (peer) {
            case Peer.Answering answering ->
                    """
                    the peer %s belongs to another cluster (system identifier %s); check \
                    PEER_HOSTS\
                    """
                            .formatted(name(answering), answering.timelines().systemIdentifier());
            case Peer.Silent(_, var why) -> silent(peer, why.sentence());
            case Peer.Unclear(_, var why) -> silent(peer, why.sentence());
            case Peer.Waiting _ -> "the peer %s; it takes no writes".formatted(peer.describe());
            case Peer.Itself _ -> silent(peer, Upstream.Reason.ITSELF.sentence());
        };
    }

    private static String silent(Peer peer, String why) {
        return """
        the peer %s cannot be reached (%s): if it is a primary that only this node cannot \
        reach, there are two primaries now\
        """
                .formatted(name(peer), why);
    }

    private static Refusal refusal(Peer peer, Function<Peer.Answering, Refusal> answered) {
        return switch (peer) {
            case Peer.Answering answering -> answered.apply(answering);
            case Peer.Unclear(_, var why) -> Refusals.unclearPeer(peer, why);
            case Peer.Silent(_, var why) -> Refusals.unclearPeer(peer, why);
            case Peer.Waiting _ -> Refusals.waitingPeer(peer);
            case Peer.Itself _ ->
                    Refusals.unclearPeer(peer, new Upstream.Unusable(Upstream.Reason.ITSELF, ""));
        };
    }

    private Stream<Peer.Answering> answering() {
        return peers.stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast);
    }

    private Stream<Peer.Answering> sameCluster(DataDirectory.Cluster cluster) {
        return answering().filter(peer -> !isForeign(peer, cluster));
    }

    public List<Peer.Answering> primaries(DataDirectory.Cluster cluster) {
        return sameCluster(cluster).filter(Peer.Answering::takesWrites).toList();
    }

    private static boolean isForeign(Peer.Answering peer, DataDirectory.Cluster cluster) {
        return !peer.timelines().systemIdentifier().equals(identifier(cluster));
    }

    static String name(Peer peer) {
        return peer.server().address().toString();
    }
}
