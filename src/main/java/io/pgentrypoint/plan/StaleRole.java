package io.pgentrypoint.plan;

import io.pgentrypoint.mode.Mode;
import io.pgentrypoint.node.NodeRecord;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Upstream;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.util.Optional;

/// An environment that was not changed after a promotion must not undo it: the node would throw
/// away what it has written since, or follow the primary that it replaced.
///
/// What tells a stale environment from a former primary that is to follow its successor is the
/// upstream's timeline: only a node that was promoted after this one is on a newer one. No consent
/// overrides that, since REJOIN, too, may be from before.
final class StaleRole {

    private StaleRole() {}

    static void refuse(
            Mode.NativeReplica replica,
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster) {
        NodeRecord node = observed.node().orElse(NodeRecord.of(NodeRecord.Role.REPLICA));
        // While standby.signal is there, nothing of a promotion that was begun has had an effect.
        if (cluster.role() == DataDirectory.Role.STANDBY) {
            return;
        }
        if (node.promotingFrom().isPresent()) {
            throw refusal(
                    settings,
                    "a promotion from timeline "
                            + node.promotingFrom().get()
                            + " was begun and has not ended");
        }
        if (cluster.role() != DataDirectory.Role.PRIMARY || observed.node().isEmpty()) {
            return;
        }
        int ours =
                Math.max(
                        cluster.control().timeline(),
                        node.promotion().map(NodeRecord.Promotion::to).orElse(0));
        boolean promoted = node.promotion().isPresent() || node.role() == NodeRecord.Role.REPLICA;
        if (promoted && !newer(observed.upstream(), ours)) {
            throw refusal(settings, how(node, ours) + upstream(replica, observed));
        }
    }

    private static boolean newer(Optional<Upstream> upstream, int ours) {
        return upstream.orElse(null) instanceof Upstream.Answered answered
                && answered.timeline() > ours;
    }

    private static String how(NodeRecord node, int ours) {
        return node.promotion()
                .map(promotion ->
                        "it was promoted to timeline "
                                + promotion.to()
                                + " at "
                                + promotion.position()
                                + " ("
                                + promotion.at()
                                + ") and is a primary since")
                .orElse(
                        "it was promoted by hand while it ran as a replica, and is a primary on"
                                + " timeline "
                                + ours);
    }

    private static String upstream(Mode.NativeReplica replica, Observed observed) {
        return switch (observed.upstream().orElse(null)) {
            case Upstream.Answered answered ->
                    "; " + replica.primary() + " is on timeline " + answered.timeline();
            case Upstream.Unusable _ -> "; " + replica.primary() + " does not answer";
            case null -> "";
        };
    }

    private static Refusal refusal(Settings settings, String because) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot start " + settings.dataDirectory() + " as a replica: " + because,
                "set REPLICATION_ROLE=primary, or unset HA_MODE for a standalone node; to follow a"
                        + " primary that was promoted after this node, let PRIMARY_HOST name it while"
                        + " it runs; to throw away what this node has written, give it an empty"
                        + " volume");
    }
}
