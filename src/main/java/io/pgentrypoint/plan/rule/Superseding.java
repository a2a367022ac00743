package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeState.Superseded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.text.ObservedSummary;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What a start has seen once: another node went on, on a newer timeline of this cluster. The
/// volume remembers it, since that node may be down at the next start, and this one must not take
/// writes beside it then.
public final class Superseding {

    private Superseding() {}

    /// What the volume remembers and what still holds: it is over when the volume has that timeline
    /// itself.
    static Optional<Superseded> recorded(Observed observed) {
        return observed.node()
                .flatMap(NodeState::superseded)
                .filter(seen ->
                        !(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)
                                || (isBehind(cluster, seen)
                                        && promotedFrom(observed) < seen.timeline()));
    }

    /// Until its next checkpoint pg_control names an older timeline than the one which a promotion
    /// that was begun leaves.
    static int promotedFrom(Observed observed) {
        return observed.node().flatMap(NodeState::promotingFrom).orElse(0);
    }

    private static boolean isBehind(DataDirectory.Cluster cluster, Superseded seen) {
        return cluster.control().timeline() < seen.timeline()
                && cluster.control().systemIdentifier().equals(seen.systemIdentifier());
    }

    /// What a replica sees of it: its upstream is on a newer timeline.
    public static Optional<Superseded> by(
            Mode.NativeReplica replica, Observed observed, DataDirectory.Cluster cluster) {
        return observed.upstream()
                .filter(Upstream.Answered.class::isInstance)
                .map(Upstream.Answered.class::cast)
                .map(answered ->
                        new Superseded(
                                answered.timeline(),
                                replica.primary().toString(),
                                answered.systemIdentifier()))
                .filter(seen -> isBehind(cluster, seen));
    }

    /// What a primary sees of it: a peer went on; of several the one that takes writes.
    public static Optional<Superseded> by(List<Peer> peers, DataDirectory.Cluster cluster) {
        return peers.stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast)
                .filter(Peer.Answering::wentOn)
                .sorted(Comparator.comparing(Peer.Answering::takesWrites).reversed())
                .map(peer ->
                        new Superseded(
                                peer.timelines().history().timeline(),
                                peer.server().address().toString(),
                                peer.timelines().systemIdentifier()))
                .filter(seen -> isBehind(cluster, seen))
                .max(Comparator.comparingInt(Superseded::timeline));
    }

    /// What is left of it once this node runs as that.
    public static Optional<Superseded> after(Mode mode, Observed observed) {
        return recorded(observed)
                .filter(seen ->
                        switch (mode) {
                            case Mode.NativePrimary primary -> !isOverruled(primary, seen);
                            // It follows that timeline from now on.
                            case Mode.NativeReplica _ ->
                                    !(observed.upstream().orElse(null)
                                                    instanceof Upstream.Answered answered)
                                            || answered.timeline() < seen.timeline();
                            case Mode.Standalone _, Mode.NativeAuto _, Mode.Patroni _ -> true;
                        });
    }

    private static boolean isOverruled(Mode.NativePrimary primary, Superseded seen) {
        return primary.overruled().equals(Optional.of(seen.timeline()));
    }

    /// @return what is said where the user overrules it
    public static List<String> refuse(
            Mode.NativePrimary primary, Settings settings, Observed observed) {
        if (!(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            return List.of();
        }
        Optional<Superseded> recorded = recorded(observed);
        if (recorded.isEmpty()) {
            return List.of();
        }
        Superseded seen = recorded.get();
        if (isOverruled(primary, seen)) {
            return List.of(
                    "TIMELINE %d OF %s IS OVERRULED (OVERRULE_TIMELINE): this node takes writes on its own history, and what was written there is not here"
                            .formatted(seen.timeline(), seen.node()));
        }
        throw Refusals.superseded(settings.dataDirectory(), cluster.control().timeline(), seen);
    }

    /// Of a standby that runs: its own position counts, not its last checkpoint.
    public static Optional<Refusal> promotionBlockers(
            Settings settings, Observed observed, int timeline) {
        return recorded(observed)
                .filter(seen -> timeline < seen.timeline())
                .map(seen -> Refusals.promotedBefore(settings.dataDirectory(), timeline, seen));
    }

    /// For a node that is no part of a cluster any more, and may be there to save what it has.
    public static List<String> warnings(Settings settings, Observed observed) {
        return settings.mode() instanceof Mode.Standalone
                ? recorded(observed).stream()
                        .map(seen ->
                                "an earlier start has seen timeline %d of this cluster on %s: what that node wrote is not here, and what is written here never gets there"
                                        .formatted(seen.timeline(), seen.node()))
                        .toList()
                : List.of();
    }

    /// The plan; where it refuses and another node was seen that went on, that is written down
    /// first.
    public static Plan recording(
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster,
            Optional<Superseded> seen,
            Supplier<Plan> decision) {
        try {
            return decision.get();
        } catch (Refusal refusal) {
            NodeState known =
                    observed.node()
                            .orElseGet(() ->
                                    NodeState.of(
                                            cluster.role() == DataDirectory.Role.PRIMARY
                                                    ? NodeState.Role.PRIMARY
                                                    : NodeState.Role.REPLICA));
            if (refusal.exitCode() != ExitCode.UNSAFE.code()
                    || seen.isEmpty()
                    || known.superseded().equals(seen)
                    || observed.serving()) {
                throw refusal;
            }
            return new Plan(
                    settings.title(),
                    ObservedSummary.describe(settings, observed),
                    List.of(),
                    List.of(
                            new Planned(
                                    new Configure.RecordNodeState(
                                            new Layout(settings.dataDirectory()),
                                            known.supersededBy(seen)),
                                    "that node may be down at the next start")),
                    new NextAction.Refuse(refusal),
                    List.of());
        }
    }
}
