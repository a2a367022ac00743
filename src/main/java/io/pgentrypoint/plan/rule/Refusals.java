package io.pgentrypoint.plan.rule;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.datadir.NodeState.Superseded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.plan.text.OfficialText;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Why a node does not become, or stay, what it is asked to be.
final class Refusals {

    private Refusals() {}

    static Refusal secondCluster(String directory, Peer.Answering peer) {
        return unsafe(
                """
                cannot create a cluster in %s, which is empty: the peer %s has one already (%s, \
                system identifier %s)\
                """
                        .formatted(
                                directory,
                                PeerRule.name(peer),
                                kind(peer),
                                peer.timelines().systemIdentifier()),
                """
                if this node lost its volume, start it with REPLICATION_ROLE=replica \
                PRIMARY_HOST=%s and promote it later; if it is to be a cluster of its own, take \
                that host out of PEER_HOSTS\
                """
                        .formatted(host(peer)));
    }

    static Refusal twoPrimaries(String directory, List<Peer.Answering> primaries) {
        return unsafe(
                """
                cannot tell which primary is the right one: %s both take writes for the cluster of \
                %s\
                """
                        .formatted(
                                String.join(
                                        " and ", primaries.stream().map(PeerRule::name).toList()),
                                directory),
                "stop the one that was left behind; what it wrote is not on the other");
    }

    static Refusal besidePrimary(String directory, Peer.Answering peer) {
        return unsafe(
                "cannot promote %s: the peer %s is a primary of the same cluster and takes writes"
                        .formatted(directory, PeerRule.name(peer)),
                """
                stop that primary first, or start this node as its replica \
                (REPLICATION_ROLE=replica PRIMARY_HOST=%s)\
                """
                        .formatted(host(peer)));
    }

    static Refusal behindPeer(String directory, Peer.Answering peer) {
        return unsafe(
                """
                cannot promote %s: the peer %s has received %s bytes of WAL more, which would be \
                lost\
                """
                        .formatted(directory, PeerRule.name(peer), peer.bytesAhead()),
                "promote that peer; or, to do without these bytes, take it out of PEER_HOSTS");
    }

    static Refusal cannotFollow(String directory, Peer.Answering peer) {
        return unsafe(
                """
                cannot start %s as a primary: the peer %s is %s of the same cluster already, and \
                this node cannot follow it: %s\
                """
                        .formatted(directory, PeerRule.name(peer), kind(peer), difference(peer)),
                """
                if the peer is right, start this node with REPLICATION_ROLE=replica \
                PRIMARY_HOST=%s and %s; if this node is right, stop the peer\
                """
                        .formatted(
                                host(peer),
                                PeerRule.withoutWal(peer).isPresent()
                                        ? "REJOIN=reclone, which keeps what is here and clones anew"
                                        : "REJOIN=rewind or reclone"));
    }

    private static String difference(Peer.Answering peer) {
        return switch (peer.ancestry().orElse(null)) {
            case Ancestry.Follows _ ->
                    PeerRule.withoutWal(peer).map("the peer %s"::formatted).orElse("");
            case Ancestry.Diverged diverged ->
                    """
                    this node has %s bytes of WAL since %s on timeline %s that the peer does not \
                    have\
                    """
                            .formatted(diverged.bytes(), diverged.fork(), diverged.timeline());
            case Ancestry.Ahead ahead ->
                    "this node has %s bytes of WAL more on the same timeline %s"
                            .formatted(ahead.bytes(), ahead.timeline());
            case Ancestry.UpstreamBehind behind ->
                    "this node is on timeline %s, and the peer still on timeline %s"
                            .formatted(behind.ours(), behind.theirs());
            case Ancestry.OtherCluster _ -> "the peer belongs to another cluster";
            case Ancestry.Unknown(String unknown, _) -> unknown;
            case null -> "nobody compared the two";
        };
    }

    /// @param intent what is not done, as an order
    static Refusal leftBehind(String intent, Peer.Answering peer) {
        return unsafe(
                """
                cannot %s: the peer %s is a standby of the same cluster on timeline %s, which this \
                node does not know: another node was promoted meanwhile\
                """
                        .formatted(
                                intent, PeerRule.name(peer), peer.timelines().history().timeline()),
                """
                find the promoted node and start this one with REPLICATION_ROLE=replica and \
                PRIMARY_HOST naming that node; or take the peer out of PEER_HOSTS, if its timeline \
                is a mistake\
                """);
    }

    static Refusal besideWaitingPrimary(String directory, Peer peer) {
        return unsafe(
                "cannot promote %s: the peer %s, and may have rows that are not here"
                        .formatted(directory, peer.describe()),
                """
                let that node take writes again, with more nodes or START_ALONE=true; or stop it,                 to do without these rows\
                """);
    }

    static Refusal waitingPeer(Peer peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot create a cluster beside one that is there: the peer %s"
                        .formatted(peer.describe()),
                "start that peer, and clone it; or take it out of PEER_HOSTS");
    }

    static Refusal unclearPeer(Peer peer, Upstream.Unusable why) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot know whether the peer %s is a primary: %s"
                        .formatted(PeerRule.name(peer), why.sentence()),
                why.reason().peerRemedy());
    }

    private static String kind(Peer.Answering peer) {
        return peer.takesWrites() ? "a primary" : "a standby";
    }

    private static String host(Peer peer) {
        return peer.server().address().host();
    }

    static Refusal otherCluster(Path dataDirectory, HostPort primary, String ours, String theirs) {
        return otherCluster(
                """
                cannot follow %s: its system identifier is %s, and %s belongs to %s, another \
                cluster\
                """
                        .formatted(primary, theirs, dataDirectory, ours),
                "check PRIMARY_HOST, or give this replica an empty volume");
    }

    /// As the row of the table has it.
    static Refusal otherCluster(String reason, String remedy) {
        return new Refusal(ExitCode.DATA, reason, remedy);
    }

    static Refusal noReplica(Path dataDirectory, HostPort primary, String why, String remedy) {
        return unsafe(
                "cannot start %s as a replica of %s: %s".formatted(dataDirectory, primary, why),
                remedy);
    }

    /// @param answering the upstream, where it answers: it may take writes then, and beside it this
    ///   node would be a second primary
    static Refusal staleRole(Path dataDirectory, String because, Optional<HostPort> answering) {
        return unsafe(
                "cannot start %s as a replica: %s".formatted(dataDirectory, because),
                answering.isPresent()
                        ? """
                        if this node is the primary now, stop %1$s, then set \
                        REPLICATION_ROLE=primary; if %1$s is the primary, give this node an empty \
                        volume, which throws away what this node has written\
                        """
                                .formatted(answering.get())
                        : """
                        set REPLICATION_ROLE=primary, or unset HA_MODE for a standalone node; to \
                        follow a primary that was promoted after this node, let PRIMARY_HOST name \
                        it while it runs; to throw away what this node has written, give it an \
                        empty volume\
                        """);
    }

    static Refusal superseded(Path dataDirectory, int timeline, Superseded seen) {
        return unsafe(
                """
                cannot start %s as a primary: it is on timeline %d, and an earlier start has seen \
                timeline %d of this cluster on %s: another node was promoted, and what it wrote is \
                not here\
                """
                        .formatted(dataDirectory, timeline, seen.timeline(), seen.node()),
                """
                start %1$s, and this node with REPLICATION_ROLE=replica, PRIMARY_HOST naming %1$s \
                and REJOIN=rewind or reclone; if timeline %2$d is lost for good, set \
                OVERRULE_TIMELINE=%2$d\
                """
                        .formatted(seen.node(), seen.timeline()));
    }

    static Refusal promotedBefore(Path dataDirectory, int timeline, Superseded seen) {
        return unsafe(
                """
                cannot promote %s: it is on timeline %d, and an earlier start has seen timeline %d \
                of this cluster on %s: another node was promoted before\
                """
                        .formatted(dataDirectory, timeline, seen.timeline(), seen.node()),
                "promote that node, or let this one follow it first");
    }

    static Refusal recloneNotDone(List<String> aside) {
        return unsafe(
                """
                cannot create an empty cluster: the one that was here was moved aside to be cloned \
                anew, which has not happened; it is in %s\
                """
                        .formatted(String.join(", ", aside)),
                """
                start this node as a replica again, which clones; to go on with what was moved \
                aside, copy it to a volume of its own; to begin with an empty database, give this \
                node an empty volume\
                """);
    }

    static Refusal legacyData(List<String> places) {
        return new Refusal(
                ExitCode.DATA,
                "cannot create a cluster beside an older one: %s"
                        .formatted(String.join(", ", places)),
                """
                mount the volume at /var/lib/postgresql; for data of this major version set PGDATA \
                to where it is, for older data upgrade it with pg_upgrade or dump and restore\
                """,
                OfficialText.legacyData(places));
    }

    private static Refusal unsafe(String reason, String remedy) {
        return new Refusal(ExitCode.UNSAFE, reason, remedy);
    }
}
