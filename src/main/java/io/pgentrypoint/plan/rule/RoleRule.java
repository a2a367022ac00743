package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeState.Superseded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.plan.rule.RoleTable.Own;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the nodes of a cluster say, seen from one of them: which row of [RoleTable] holds.
public final class RoleRule {

    /// Three times as long as a successor may take from the answer that allows it.
    public static final Duration SUCCESSOR_STAYS = Duration.ofSeconds(30);

    private final Mode.NativeAuto auto;
    private final Observed observed;
    private final Optional<DataDirectory.Cluster> cluster;
    private final List<Peer> others;
    private final Set<String> identifiers;

    public RoleRule(Mode.NativeAuto auto, Observed observed) {
        this.auto = auto;
        this.observed = observed;
        cluster =
                observed.dataDirectory() instanceof DataDirectory.Cluster found
                        ? Optional.of(found)
                        : Optional.empty();
        others = observed.peers().stream().filter(peer -> !(peer instanceof Peer.Itself)).toList();
        identifiers = new TreeSet<>();
        cluster.ifPresent(ours -> identifiers.add(ours.control().systemIdentifier()));
        if (cluster.isEmpty()) {
            answering().forEach(peer -> identifiers.add(peer.timelines().systemIdentifier()));
            waiting().forEach(found -> identifiers.add(found.systemIdentifier()));
        }
    }

    /// Which entries of the list this node is: one, in a list that is right.
    public List<UpstreamServer> itself() {
        return observed.peers().stream()
                .filter(Peer.Itself.class::isInstance)
                .map(Peer::server)
                .toList();
    }

    public List<UpstreamServer> others() {
        return others.stream().map(Peer::server).toList();
    }

    /// Of a cluster that is being made or moved the journal decides first, in any role.
    public boolean isUnfinished() {
        return observed.dataDirectory() instanceof DataDirectory.Interrupted(Journal journal)
                && journal.onRestart() != Journal.OnRestart.DISCARD;
    }

    public Own own() {
        if (cluster.isEmpty()) {
            return itself().contains(auto.nodes().servers().getFirst())
                    ? Own.EMPTY_AND_FIRST
                    : Own.EMPTY;
        }
        return switch (cluster.get().role()) {
            case PRIMARY -> Own.PRIMARY;
            case STANDBY -> Own.STANDBY;
            case STANDBY_WITHOUT_SIGNAL ->
                    observed.node().flatMap(NodeState::promotingFrom).isPresent()
                            ? Own.PRIMARY
                            : Own.STANDBY;
        };
    }

    public RoleTable row() {
        if (identifiers.size() > 1) {
            return RoleTable.TWO_CLUSTERS;
        }
        List<Peer.Answering> primaries = primaries();
        if (primaries.size() > 1 || primaries.stream().anyMatch(this::isBesideOurs)) {
            return RoleTable.TWO_PRIMARIES;
        }
        if (!primaries.isEmpty()) {
            return isLeftBehind(primaries.getFirst()) ? RoleTable.OLD_PRIMARY : RoleTable.PRIMARY;
        }
        if (others.stream().anyMatch(this::isUnclear)) {
            return RoleTable.UNCLEAR;
        }
        return cluster.isPresent() ? amongStandbys() : withoutCluster();
    }

    private RoleTable amongStandbys() {
        boolean handedOver = own() == Own.PRIMARY && successor().isPresent();
        boolean second =
                own() == Own.PRIMARY
                        && !handedOver
                        && waiting()
                                .anyMatch(found ->
                                        found.primary()
                                                && !found.handedOver()
                                                && found.timeline() == ownTimeline());
        if (second && newest() == ownTimeline()) {
            return RoleTable.TWO_VOLUMES;
        }
        if (newer().isPresent()) {
            return RoleTable.NEWER_TIMELINE;
        }
        boolean stays = handedOver && hasWaited(SUCCESSOR_STAYS) && successorIsStandby();
        if (stays || !handedOver) {
            if (isMajority()) {
                return RoleTable.MAJORITY;
            }
            return auto.alone().filter(this::hasWaited).isPresent()
                    ? RoleTable.ALONE
                    : RoleTable.MINORITY;
        }
        return aloneAfterHandOver().filter(this::hasWaited).isPresent()
                ? RoleTable.ALONE
                : RoleTable.HANDED_OVER;
    }

    /// The node that this one has allowed to take over.
    public Optional<String> successor() {
        return observed.node().flatMap(NodeState::handedTo);
    }

    private boolean successorIsStandby() {
        return answering()
                .filter(this::isOurs)
                .anyMatch(peer ->
                        successor().equals(Optional.of(peer.server().address().toString())));
    }

    /// Not before the successor must have said what has become of it.
    private Optional<Duration> aloneAfterHandOver() {
        return auto.alone()
                .map(time -> time.compareTo(SUCCESSOR_STAYS) < 0 ? SUCCESSOR_STAYS : time);
    }

    private boolean hasWaited(Duration time) {
        return observed.waited().compareTo(time) >= 0;
    }

    /// When a node that has let another one take over looks again, though nobody has said anything.
    public Optional<Duration> nextLook() {
        return Stream.concat(aloneAfterHandOver().stream(), Stream.of(SUCCESSOR_STAYS))
                .filter(time -> !hasWaited(time))
                .min(Comparator.naturalOrder());
    }

    private RoleTable withoutCluster() {
        if (!identifiers.isEmpty()) {
            return RoleTable.KNOWN;
        }
        if (others.stream().noneMatch(Peer.Silent.class::isInstance)) {
            return RoleTable.ALL_EMPTY;
        }
        return observed.waited().compareTo(auto.timeout()) >= 0
                ? RoleTable.SILENT_FOR_LONG
                : RoleTable.SILENT;
    }

    /// An empty volume has forgotten what it knew, so it speaks for nobody where a node is silent.
    private boolean isMajority() {
        long having =
                1
                        + answering().filter(this::isOurs).count()
                        + waiting().filter(this::isOurs).count();
        return having >= auto.nodes().majority()
                || others.stream()
                        .allMatch(peer ->
                                switch (peer) {
                                    case Peer.Answering answering -> isOurs(answering);
                                    case Peer.Waiting(_, WaitingNode node) ->
                                            node.cluster().map(this::isOurs).orElse(true);
                                    case Peer.Itself _ -> true;
                                    case Peer.Silent _, Peer.Unclear _ -> false;
                                });
    }

    /// Those that take writes for this cluster, on the newest timeline among them.
    private List<Peer.Answering> primaries() {
        List<Peer.Answering> all =
                answering().filter(this::isOurs).filter(Peer.Answering::takesWrites).toList();
        int newest = all.stream().mapToInt(RoleRule::timeline).max().orElse(0);
        return all.stream().filter(peer -> timeline(peer) == newest).toList();
    }

    /// The one that is followed, where a row says so.
    public Optional<Peer> primary() {
        return primaries().stream().map(Peer.class::cast).findFirst();
    }

    /// Whether both took writes on one timeline.
    private boolean isBesideOurs(Peer.Answering primary) {
        return own() == Own.PRIMARY
                && timeline(primary) == ownTimeline()
                && !(primary.ancestry().orElse(null) instanceof Ancestry.Follows);
    }

    private boolean isLeftBehind(Peer.Answering primary) {
        return timeline(primary) < newest()
                || primary.ancestry().orElse(null) instanceof Ancestry.UpstreamBehind;
    }

    /// What the volume has, and not only its last checkpoint.
    private int ownTimeline() {
        int promotedTo =
                observed.node()
                        .flatMap(NodeState::promotion)
                        .map(NodeState.Promotion::to)
                        .orElse(0);
        return cluster.map(found ->
                        Stream.of(
                                        found.control().timeline(),
                                        promotedTo,
                                        Superseding.promotedFrom(observed))
                                .max(Comparator.naturalOrder())
                                .orElseThrow())
                .orElse(0);
    }

    private int newest() {
        return Stream.of(
                        Stream.of(ownTimeline()),
                        answering().filter(this::isOurs).map(RoleRule::timeline),
                        waiting().filter(this::isOurs).map(WaitingNode.Cluster::timeline))
                .flatMap(timelines -> timelines)
                .max(Comparator.naturalOrder())
                .orElse(0);
    }

    /// The node that went on where this volume did not, for a volume that was a primary's.
    public Optional<Superseded> newer() {
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        Stream<Superseded> answers =
                answering()
                        .filter(this::isOurs)
                        .filter(peer ->
                                timeline(peer) > ownTimeline()
                                        || (peer.wentOn()
                                                && timeline(peer)
                                                        > Superseding.promotedFrom(observed)))
                        .map(peer -> superseded(peer, timeline(peer)));
        Stream<Superseded> waits =
                others.stream()
                        .filter(Peer.Waiting.class::isInstance)
                        .map(Peer.Waiting.class::cast)
                        .flatMap(peer ->
                                peer.node().cluster().stream()
                                        .filter(this::isOurs)
                                        .filter(found -> found.timeline() > ownTimeline())
                                        .map(found -> superseded(peer, found.timeline())));
        return Stream.concat(Stream.concat(answers, waits), Superseding.recorded(observed).stream())
                .filter(seen -> !auto.overruled().equals(Optional.of(seen.timeline())))
                .max(Comparator.comparingInt(Superseded::timeline));
    }

    private Superseded superseded(Peer peer, int timeline) {
        return new Superseded(
                timeline,
                peer.server().address().toString(),
                cluster.orElseThrow().control().systemIdentifier());
    }

    /// Where a standby without a primary looks for one: the node that may be it and cannot say so.
    public UpstreamServer nearest() {
        List<Peer> order = new ArrayList<>(others);
        order.sort(
                Comparator.comparingInt(peer ->
                        switch (peer) {
                            case Peer.Unclear _ -> 0;
                            case Peer.Waiting(_, WaitingNode node) ->
                                    node.cluster().filter(WaitingNode.Cluster::primary).isPresent()
                                            ? 1
                                            : 5;
                            case Peer.Silent _ -> 2;
                            case Peer.Answering answering -> isOurs(answering) ? 3 : 4;
                            case Peer.Itself _ -> 6;
                        }));
        return order.getFirst().server();
    }

    private boolean isUnclear(Peer peer) {
        return peer instanceof Peer.Unclear || isOtherList(peer);
    }

    /// Whether nodes with different lists would decide differently.
    public boolean isOtherList() {
        return others.stream().anyMatch(this::isOtherList);
    }

    private boolean isOtherList(Peer peer) {
        return peer instanceof Peer.Waiting(_, WaitingNode node)
                && !node.list().equals(auto.nodes().checksum());
    }

    private Stream<Peer.Answering> answering() {
        return others.stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast);
    }

    private Stream<WaitingNode.Cluster> waiting() {
        return others.stream()
                .filter(Peer.Waiting.class::isInstance)
                .map(Peer.Waiting.class::cast)
                .flatMap(peer -> peer.node().cluster().stream());
    }

    private boolean isOurs(Peer.Answering peer) {
        return identifiers.contains(peer.timelines().systemIdentifier());
    }

    private boolean isOurs(WaitingNode.Cluster found) {
        return identifiers.contains(found.systemIdentifier());
    }

    private static int timeline(Peer.Answering peer) {
        return peer.timelines().history().timeline();
    }

    /// What this node tells the others while it waits.
    public WaitingNode answer() {
        return new WaitingNode(
                auto.nodes().checksum(),
                cluster.map(found ->
                        new WaitingNode.Cluster(
                                own() == Own.PRIMARY,
                                own() == Own.PRIMARY && successor().isPresent(),
                                found.control().systemIdentifier(),
                                ownTimeline())));
    }
}
