package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.report.ExitCode;
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
                case REFUSE, RETRY -> throw refusal(peer, this::secondCluster);
                case FOLLOW, WARN, NOTHING -> {}
            }
        }
    }

    private Refusal secondCluster(Peer.Answering peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot create a cluster in %s, which is empty: the peer %s has one already \
                (%s, system identifier %s)\
                """
                        .formatted(
                                directory,
                                name(peer),
                                kind(peer),
                                peer.timelines().systemIdentifier()),
                """
                if this node lost its volume, start it with REPLICATION_ROLE=replica \
                PRIMARY_HOST=%s and promote it later; if it is to be a cluster of its own, \
                take that host out of PEER_HOSTS\
                """
                        .formatted(host(peer)));
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
                ? leftBehind("start " + directory + " as a primary", peer)
                : cannotFollow(peer);
    }

    private void refuseTwoPrimaries(DataDirectory.Cluster cluster) {
        List<Peer.Answering> primaries = primaries(cluster);
        if (primaries.size() > 1) {
            throw new Refusal(
                    ExitCode.UNSAFE,
                    """
                    cannot tell which primary is the right one: %s both take writes for \
                    the cluster of %s\
                    """
                            .formatted(
                                    String.join(
                                            " and ",
                                            primaries.stream().map(PeerRule::name).toList()),
                                    directory),
                    "stop the one that was left behind; what it wrote is not on the other");
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
            throw cannotFollow(answering);
        }
    }

    /// What keeps a standby of that peer from going on, where the peer has removed it.
    public static Optional<String> withoutWal(Peer peer) {
        return Optional.of(peer)
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast)
                .flatMap(Peer.Answering::missingWal)
                .map(said -> "no longer has the WAL that comes next here: " + said);
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

    /// For a standby that is to be promoted.
    public void refuseSecondPrimary(DataDirectory.Cluster cluster) {
        promotionBlockers(cluster).stream()
                .findFirst()
                .ifPresent(refusal -> {
                    throw refusal;
                });
    }

    /// Every reason not to promote a standby, the worst first.
    public List<Refusal> promotionBlockers(DataDirectory.Cluster cluster) {
        List<Refusal> blockers = new ArrayList<>();
        for (Peer peer : worstFirst(identifier(cluster))) {
            PeerTable row = PeerTable.of(peer, identifier(cluster));
            switch (row.whenPromoted()) {
                case REFUSE, RETRY ->
                        blockers.add(refusal(peer, answering -> cannotPromote(row, answering)));
                case FOLLOW, WARN, NOTHING -> {}
            }
        }
        return blockers;
    }

    private Refusal cannotPromote(PeerTable row, Peer.Answering peer) {
        return switch (row) {
            case NEWER_STANDBY -> leftBehind("promote " + directory, peer);
            case STANDBY_AHEAD -> outrunBy(peer);
            case PRIMARY,
                    PRIMARY_WITHOUT_WAL,
                    PARTED_PRIMARY,
                    UNCLEAR,
                    STANDBY,
                    OTHER_CLUSTER,
                    SILENT,
                    ITSELF ->
                    beside(peer);
        };
    }

    private Refusal beside(Peer.Answering peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot promote %s: the peer %s is a primary of the same cluster and takes \
                writes\
                """
                        .formatted(directory, name(peer)),
                """
                stop it first, or start this node as its replica \
                (REPLICATION_ROLE=replica PRIMARY_HOST=%s)\
                """
                        .formatted(host(peer)));
    }

    private Refusal outrunBy(Peer.Answering peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot promote %s: the peer %s has received %s bytes of WAL more, which \
                would be lost\
                """
                        .formatted(directory, name(peer), peer.bytesAhead()),
                "promote that one, or take it out of PEER_HOSTS to do without these bytes");
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
            case Peer.Itself _ -> silent(peer, Upstream.Reason.ITSELF.sentence());
        };
    }

    private static String silent(Peer peer, String why) {
        return """
        the peer %s was asked whether it is a primary and cannot be reached (%s): should \
        it be one and only be cut off from here, there are two now\
        """
                .formatted(name(peer), why);
    }

    private static String difference(Peer.Answering peer) {
        return switch (peer.ancestry().orElse(null)) {
            case Ancestry.Follows _ -> withoutWal(peer).map(gone -> "it " + gone).orElse("");
            case Ancestry.Diverged diverged ->
                    """
                    this node has %s bytes of WAL since %s on timeline %s that the other \
                    does not have\
                    """
                            .formatted(diverged.bytes(), diverged.fork(), diverged.timeline());
            case Ancestry.Ahead ahead ->
                    "this node has %s bytes of WAL more on the same timeline %s"
                            .formatted(ahead.bytes(), ahead.timeline());
            case Ancestry.UpstreamBehind behind ->
                    "this node is on timeline %s, the other still on %s"
                            .formatted(behind.ours(), behind.theirs());
            case Ancestry.OtherCluster _ -> "it belongs to another cluster";
            case Ancestry.Unknown(String unknown, _) -> unknown;
            case null -> "nobody compared the two";
        };
    }

    private Refusal cannotFollow(Peer.Answering peer) {
        String rejoin =
                withoutWal(peer).isPresent()
                        ? "REJOIN=reclone, which keeps what is here and clones it anew"
                        : "REJOIN=rewind or reclone";
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot start %s as a primary: the peer %s is %s of the same cluster \
                already, and this node cannot follow it: %s\
                """
                        .formatted(directory, name(peer), kind(peer), difference(peer)),
                """
                if the peer is right, start this node with REPLICATION_ROLE=replica \
                PRIMARY_HOST=%s and %s; if this node is right, stop the peer\
                """
                        .formatted(host(peer), rejoin));
    }

    private Refusal leftBehind(String intent, Peer.Answering peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot %s: the peer %s is a standby of the same cluster on timeline %s, \
                which this node does not know: another node was promoted meanwhile\
                """
                        .formatted(intent, name(peer), peer.timelines().history().timeline()),
                """
                find that node and start this one with REPLICATION_ROLE=replica and \
                PRIMARY_HOST naming it; or take the peer out of PEER_HOSTS, if its \
                timeline is a mistake\
                """);
    }

    private static Refusal refusal(Peer peer, Function<Peer.Answering, Refusal> answered) {
        return switch (peer) {
            case Peer.Answering answering -> answered.apply(answering);
            case Peer.Unclear(_, var why) -> unclear(peer, why);
            case Peer.Silent(_, var why) -> unclear(peer, why);
            case Peer.Itself _ -> unclear(peer, new Upstream.Unusable(Upstream.Reason.ITSELF, ""));
        };
    }

    private static Refusal unclear(Peer peer, Upstream.Unusable why) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot know whether the peer %s is a primary: %s"
                        .formatted(name(peer), why.sentence()),
                why.reason().peerRemedy());
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

    private static String kind(Peer.Answering peer) {
        return peer.takesWrites() ? "a primary" : "a standby";
    }

    private static String name(Peer peer) {
        return peer.server().address().toString();
    }

    private static String host(Peer peer) {
        return peer.server().address().host();
    }
}
