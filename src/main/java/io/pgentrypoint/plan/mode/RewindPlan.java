package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.PassFile;
import io.pgentrypoint.config.UpstreamConninfo;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;

/// A cluster that has parted from its primary goes back to where the two were one. It is made in
/// the staging directory, as a first boot is, from what is here.
final class RewindPlan {

    private RewindPlan() {}

    static Plan plan(
            Mode.NativeReplica replica, Settings settings, Observed observed, String preview) {
        if (!(observed.upstream().orElse(null) instanceof Upstream.Answered answered)) {
            throw new IllegalStateException("a rewind without an upstream");
        }
        Layout layout = new Layout(settings.dataDirectory());
        NodeSteps node = new NodeSteps(settings, observed);
        List<Planned> steps = new ArrayList<>();
        steps.add(
                new Planned(
                        new Configure.WritePassFile(layout, PassFile.text(replica.upstream())),
                        "no password goes on a command line or into a setting"));
        steps.add(
                new Planned(
                        new Follow.AwaitCheckpoint(replica),
                        "until then pg_rewind would take it for a node of our own timeline"));
        steps.add(
                new Planned(
                        new Relocate.MoveToStaging(layout),
                        """
                        nothing may start it before it is whole again, and pg_rewind \
                        would remove our journal\
                        """));
        steps.add(
                new Planned(
                        new Follow.Rewind(
                                replica,
                                layout,
                                UpstreamConninfo.rewind(
                                        replica,
                                        layout.passFile(),
                                        observed.installation().major()),
                                answered.systemIdentifier()),
                        "REJOIN=rewind"));
        // Its files are the primary's now. They are made ours in their place: what the server does
        // not like of them costs no second rewind.
        steps.addAll(node.rewound());
        steps.add(new Planned(new Relocate.PublishRewound(layout), "every step before succeeded"));
        List<String> warnings = new ArrayList<>(node.warnings());
        warnings.add(
                """
                the rewind throws away what only this node has: %s. Files in the data \
                directory that the primary does not have go too\
                """
                        .formatted(preview));
        return StartPlan.of(
                settings,
                observed,
                StartPlan.Decision.replan(
                        warnings,
                        steps,
                        "its history must be the primary's now, and its configuration ours"));
    }
}
