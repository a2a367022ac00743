package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.plan.rule.PeerRule;
import io.pgentrypoint.plan.rule.StaleRole;
import io.pgentrypoint.plan.rule.Superseding;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Peers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A native primary that asks its peers before it takes writes. One of them may be the primary now:
/// then this node comes up as its standby, where that loses nothing.
public final class PeeredPrimaryPlan {

    private final Mode.NativePrimary primary;
    private final Settings settings;
    private final Observed observed;
    private final PeerRule rule;
    private final Optional<String> followed;

    private PeeredPrimaryPlan(Mode.NativePrimary primary, Settings settings, Observed observed) {
        this.primary = primary;
        this.settings = settings;
        this.observed = observed;
        this.rule = new PeerRule(observed.peers(), settings.dataDirectory().toString());
        this.followed = observed.node().flatMap(NodeState::peer).filter(rule::knows);
    }

    public static Plan plan(Mode.NativePrimary primary, Settings settings, Observed observed) {
        return primary.asked().isEmpty()
                ? ReadWritePlan.primary(primary, settings, observed, List.of())
                : new PeeredPrimaryPlan(primary, settings, observed).plan();
    }

    /// A node that was promoted, and whose environment still asks for a replica of the primary that
    /// it replaced.
    ///
    /// @param stale why it is no replica; it stays so where another node is the primary now
    static Plan promoted(
            Mode.NativeReplica replica,
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster,
            Refusal stale) {
        Mode.NativePrimary primary =
                new Mode.NativePrimary(replica.replication(), replica.networks());
        PeeredPrimaryPlan plan = new PeeredPrimaryPlan(primary, settings.with(primary), observed);
        return Superseding.recording(
                settings,
                observed,
                cluster,
                Superseding.by(observed.peers(), cluster),
                () -> {
                    boolean others = !plan.rule.primaries(cluster).isEmpty();
                    // Without PEER_HOSTS the only one asked is PRIMARY_HOST.
                    if ((others && replica.peers().isEmpty())
                            || plan.rule.primaryToFollow(cluster).isPresent()) {
                        throw stale;
                    }
                    return plan.readWrite(
                            Optional.of(cluster),
                            List.of(
                                    """
                                    REPLICATION_ROLE=replica is from before: %s, and no node \
                                    that was asked knows a newer timeline: this node is the \
                                    primary; set REPLICATION_ROLE=primary\
                                    """
                                            .formatted(StaleRole.how(observed, cluster))));
                });
    }

    private Plan plan() {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster ->
                    Superseding.recording(
                            settings,
                            observed,
                            cluster,
                            Superseding.by(observed.peers(), cluster),
                            () ->
                                    switch (cluster.role()) {
                                        case PRIMARY -> primary(cluster);
                                        case STANDBY, STANDBY_WITHOUT_SIGNAL -> standby(cluster);
                                    });
            case DataDirectory.Interrupted(Journal journal) -> {
                switch (journal.onRestart()) {
                    case DISCARD -> rule.refuseSecondCluster();
                    // There is a cluster, in its place or on its way.
                    case ROLL_FORWARD, ROLL_BACK, REFUSE -> {}
                }
                yield readWrite(Optional.empty());
            }
            case DataDirectory.Missing _, DataDirectory.Empty _ -> {
                rule.refuseSecondCluster();
                yield readWrite(Optional.empty());
            }
            case DataDirectory.OtherMajor _, DataDirectory.Foreign _, DataDirectory.Damaged _ ->
                    readWrite(Optional.empty());
        };
    }

    private Plan primary(DataDirectory.Cluster cluster) {
        if (observed.node().flatMap(NodeState::promotingFrom).isPresent()) {
            rule.refuseSecondPrimary(cluster);
            return readWrite(Optional.of(cluster));
        }
        Optional<Peer> other = rule.primaryToFollow(cluster);
        if (other.isPresent()) {
            return follow(other.get());
        }
        followed.ifPresent(peer -> {
            throw Refusals.lostPeer(settings.dataDirectory(), peer);
        });
        return readWrite(Optional.of(cluster));
    }

    private Plan standby(DataDirectory.Cluster cluster) {
        if (followed.isPresent()) {
            Peer peer = rule.followedOr(followed.get(), cluster);
            rule.refuseParted(peer);
            return follow(peer);
        }
        rule.refuseSecondPrimary(cluster);
        return readWrite(Optional.of(cluster));
    }

    private Plan readWrite(Optional<DataDirectory.Cluster> cluster) {
        return readWrite(cluster, List.of());
    }

    private Plan readWrite(Optional<DataDirectory.Cluster> cluster, List<String> noted) {
        List<String> all = new ArrayList<>(noted);
        all.addAll(rule.warnings(cluster));
        return ReadWritePlan.primary(primary, settings, observed, all);
    }

    private Peers peers() {
        return primary.peers().orElseThrow(() -> new IllegalStateException("nobody was asked"));
    }

    private Plan follow(Peer peer) {
        Settings replica =
                RecordedState.name(
                        settings.with(peers().under(peer.server(), primary.networks())), observed);
        Upstream answer =
                switch (peer) {
                    case Peer.Answering answering -> answering.answer();
                    case Peer.Silent silent -> silent.why();
                    case Peer.Unclear unclear -> unclear.why();
                    case Peer.Waiting _ ->
                            new Upstream.Unusable(Upstream.Reason.STARTING, peer.describe());
                    case Peer.Itself itself -> throw Refusals.ownPeer(itself.server().address());
                };
        String name = peer.server().address().toString();
        List<String> warnings = new ArrayList<>();
        warnings.add(
                """
                REPLICATION_ROLE=primary, but the peer %s is the primary of this cluster: \
                this node is its standby and takes no writes; set \
                REPLICATION_ROLE=replica and PRIMARY_HOST, or run entrypoint promote to \
                make this node the primary again\
                """
                        .formatted(name));
        withoutWal(peer).ifPresent(warnings::add);
        return ReplicaPlan.insteadOfPrimary(
                (Mode.NativeReplica) replica.mode(),
                replica,
                observed.under(answer, comparison(peer)),
                warnings);
    }

    private static Optional<String> withoutWal(Peer peer) {
        return PeerRule.withoutWal(peer)
                .map(gone ->
                        """
                        the peer %s %s; this node starts read-only with what it has and \
                        falls behind; start it with REPLICATION_ROLE=replica \
                        PRIMARY_HOST=%s and REJOIN=reclone to clone it anew\
                        """
                                .formatted(
                                        peer.server().address(),
                                        gone,
                                        peer.server().address().host()));
    }

    /// WAL that the peer has removed is no part of it: what to do then the rule says, and it is
    /// something else than for a replica.
    private static Optional<HistoryComparison> comparison(Peer peer) {
        return switch (peer) {
            case Peer.Answering answering ->
                    answering
                            .ancestry()
                            .map(ancestry ->
                                    new HistoryComparison(
                                            ancestry, answering.timelines().inRecovery()));
            case Peer.Itself _, Peer.Silent _, Peer.Unclear _, Peer.Waiting _ -> Optional.empty();
        };
    }
}
