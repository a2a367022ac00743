package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Optional;

/// An environment that was not changed after a promotion must not undo it: the node would throw
/// away what it has written since, or follow the primary that it replaced.
///
/// What tells a stale environment from a former primary that is to follow its successor is the
/// upstream's timeline: only a node that was promoted after this one is on a newer one. No consent
/// overrides that, since REJOIN, too, may be from before.
public final class StaleRole {

    private StaleRole() {}

    /// Whether it was promoted to the end, and by us: not when somebody did it by hand.
    public static boolean promotionEnded(Observed observed, DataDirectory.Cluster cluster) {
        return cluster.role() == DataDirectory.Role.PRIMARY
                && observed.node()
                        .filter(node -> node.promotion().isPresent())
                        .filter(node -> node.promotingFrom().isEmpty())
                        .isPresent();
    }

    /// Why it is no replica; empty where it may be one.
    public static Optional<Refusal> blockers(
            Mode.NativeReplica replica,
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster) {
        NodeState node = observed.node().orElse(NodeState.of(NodeState.Role.REPLICA));
        // While standby.signal is there, nothing of a promotion that was begun has had an effect.
        if (cluster.role() == DataDirectory.Role.STANDBY) {
            return Optional.empty();
        }
        if (node.promotingFrom().isPresent()) {
            return Optional.of(
                    refusal(
                            replica,
                            settings,
                            observed,
                            "a promotion from timeline %s was begun and has not ended"
                                    .formatted(node.promotingFrom().get())));
        }
        if (cluster.role() != DataDirectory.Role.PRIMARY || observed.node().isEmpty()) {
            return Optional.empty();
        }
        boolean promoted = node.promotion().isPresent() || node.role() == NodeState.Role.REPLICA;
        return promoted && !newer(observed.upstream(), timeline(node, cluster))
                ? Optional.of(
                        refusal(
                                replica,
                                settings,
                                observed,
                                how(observed, cluster) + upstream(replica, observed)))
                : Optional.empty();
    }

    private static int timeline(NodeState node, DataDirectory.Cluster cluster) {
        return Math.max(
                cluster.control().timeline(),
                node.promotion().map(NodeState.Promotion::to).orElse(0));
    }

    private static boolean newer(Optional<Upstream> upstream, int ours) {
        return upstream.orElse(null) instanceof Upstream.Answered answered
                && answered.timeline() > ours;
    }

    public static String how(Observed observed, DataDirectory.Cluster cluster) {
        NodeState node = observed.node().orElse(NodeState.of(NodeState.Role.REPLICA));
        return node.promotion()
                .map(promotion ->
                        "it was promoted to timeline %s at %s (%s) and is a primary since"
                                .formatted(promotion.to(), promotion.position(), promotion.at()))
                .orElse(
                        """
                        it was promoted by hand while it ran as a replica, and is a \
                        primary on timeline %s\
                        """
                                .formatted(timeline(node, cluster)));
    }

    private static String upstream(Mode.NativeReplica replica, Observed observed) {
        return switch (observed.upstream().orElse(null)) {
            case Upstream.Answered answered ->
                    "; %s is on timeline %s".formatted(replica.primary(), answered.timeline());
            case Upstream.Unusable _ -> "; %s does not answer".formatted(replica.primary());
            case null -> "";
        };
    }

    private static Refusal refusal(
            Mode.NativeReplica replica, Settings settings, Observed observed, String because) {
        return Refusals.staleRole(
                settings.dataDirectory(),
                because,
                observed.upstream()
                        .filter(Upstream.Answered.class::isInstance)
                        .map(_ -> replica.primary()));
    }
}
