package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A standby that is to take writes from now on: it is promoted, never just opened. Without its
/// standby.signal it would write a second history under its primary's number.
///
/// PostgreSQL 13 to 18 remove standby.signal before they write the history file, and pg_control
/// says "in archive recovery" until both and more are done (StartupXLOG). A crash in between leaves
/// a cluster that a plain start opens on the old timeline. So the volume remembers, before anything
/// begins, that a promotion was begun: then standby.signal may be made again and all of it
/// repeated, whatever came before the crash. A second run through the end costs one more timeline.
final class PromotionPlan {

    private final Settings settings;
    private final Observed observed;
    private final DataDirectory.Cluster cluster;
    private final ConfigurationSteps configuration;
    private final NodeState known;
    private final List<String> noted;

    PromotionPlan(
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster,
            ConfigurationSteps configuration,
            List<String> noted) {
        this.noted = noted;
        this.settings = settings;
        this.observed = observed;
        this.cluster = cluster;
        this.configuration = configuration;
        this.known = new NodeSteps(settings, observed).now();
    }

    Plan plan() {
        Layout layout = new Layout(settings.dataDirectory());
        int timeline = known.promotingFrom().orElse(cluster.control().timeline());
        NodeState promoting = known.promoting(timeline);
        List<Planned> steps = new ArrayList<>();
        if (known.promotingFrom().isEmpty()) {
            steps.add(
                    new Planned(
                            new Configure.RecordNodeState(layout, promoting),
                            """
                            a promotion that is cut off must be told from a \
                            standby.signal that someone removed\
                            """));
        }
        steps.addAll(configuration.forFiles(layout, cluster.files()));
        if (cluster.role() == DataDirectory.Role.STANDBY_WITHOUT_SIGNAL) {
            steps.add(
                    new Planned(
                            new Follow.MarkStandby(layout),
                            """
                            the promotion that was cut off had removed it, and may not \
                            have written its new timeline\
                            """));
        }
        steps.add(
                new Planned(
                        new Promote.PromoteStandby(
                                layout,
                                timeline,
                                cluster.control().standbySettings(),
                                configuration.arguments(),
                                settings.superuser().name(),
                                isCopy()),
                        cluster.role() == DataDirectory.Role.PRIMARY
                                ? "a promotion was begun, and nobody has verified it"
                                : """
                                opened without a new timeline it would write a second \
                                history on its primary's\
                                """));
        TreeSet<String> following = new TreeSet<>(cluster.files().autoSettings());
        following.retainAll(ConfigurationSteps.STANDBY_SETTINGS);
        if (!following.isEmpty()) {
            steps.add(
                    new Planned(
                            new Configure.RemoveAutoSettings(layout, following),
                            "it follows nobody any more"));
        }
        steps.add(
                new Planned(
                        new Promote.RecordPromotion(
                                layout, promoting, NodeSteps.role(settings.mode())),
                        "a start that still asks for a replica must be told from a rejoin"));
        List<String> warnings = new ArrayList<>(noted);
        warnings.addAll(warnings(following));
        return StartPlan.of(
                settings,
                observed,
                StartPlan.Decision.replan(warnings, steps, "it is a primary then"));
    }

    /// A native primary takes the place of the one that it followed.
    private boolean isCopy() {
        return switch (settings.mode()) {
            case Mode.NativePrimary _ -> false;
            case Mode.Standalone _, Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ -> true;
        };
    }

    private List<String> warnings(Set<String> autoSettings) {
        List<String> warnings = new ArrayList<>(configuration.warnings());
        String meaning =
                """
                THIS STANDBY IS PROMOTED to a timeline of its own and will follow nobody. It knows \
                timeline %s up to its checkpoint at %s and the WAL that has arrived since; what \
                its primary wrote beyond that is not here. \
                """
                        .formatted(cluster.control().timeline(), cluster.control().checkpoint());
        warnings.add(
                meaning
                        + switch (settings.mode()) {
                            case Mode.NativePrimary _ ->
                                    """
                                    The old primary must not take writes any more: stop \
                                    it now, and start it again only as a replica of this \
                                    node. Logical subscriptions go on here\
                                    """;
                            case Mode.Standalone _,
                                    Mode.NativeReplica _,
                                    Mode.NativeAuto _,
                                    Mode.Patroni _ ->
                                    """
                                    It is a copy from then on: what either of the two \
                                    writes, the other never gets. Its logical \
                                    subscriptions are disabled: the publisher sends each \
                                    row to one of the two only. If clients are to go on \
                                    here, stop the old primary, and enable them\
                                    """;
                        });
        warnings.addAll(new NodeSteps(settings, observed).warnings());
        if (settings.serverSettings().containsKey("recovery_min_apply_delay")) {
            warnings.add(
                    """
                    recovery_min_apply_delay ends with the promotion: all that has \
                    arrived is replayed at once\
                    """);
        }
        TreeSet<String> targets = new TreeSet<>(settings.serverSettings().keySet());
        targets.addAll(autoSettings);
        targets.removeIf(name -> !name.startsWith("recovery_target") || name.endsWith("timeline"));
        if (!targets.isEmpty()) {
            warnings.add(
                    """
                    %s: replay ends there, and the new timeline begins there. A target \
                    that the WAL does not reach is refused, but what was replayed on the \
                    way to it stays replayed: try a copy of the volume first\
                    """
                            .formatted(String.join(", ", targets)));
        }
        return warnings;
    }
}
