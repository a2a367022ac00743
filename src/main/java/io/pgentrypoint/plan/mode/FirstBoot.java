package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The steps around building a cluster in the staging directory: before the first of them the
/// volume is as it was, after the last the cluster is whole, and in between the journal says so.
final class FirstBoot {

    private FirstBoot() {}

    /// What was killed in the middle of a move is moved to its end or back, in every mode: part of
    /// it is in its place already. A first boot that was still being built is left to its mode.
    static Optional<Plan> finishing(Settings settings, Observed observed) {
        if (!(observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal))) {
            return Optional.empty();
        }
        Layout layout = new Layout(settings.dataDirectory());
        return switch (journal.onRestart()) {
            case DISCARD -> Optional.empty();
            case ROLL_FORWARD ->
                    Optional.of(
                            switch (journal.relocation().purpose()) {
                                case FIRST_BOOT, RECLONE ->
                                        only(
                                                settings,
                                                observed,
                                                new Build.Publish(layout, true),
                                                """
                                                an earlier first boot was whole and ended \
                                                while it was published\
                                                """,
                                                "the published cluster decides what follows");
                                case REWIND -> rewound(settings, observed, layout);
                                // Decided before any mode.
                                case UPGRADE ->
                                        throw new IllegalStateException("an upgrade in a mode");
                            });
            case ROLL_BACK ->
                    Optional.of(
                            only(
                                    settings,
                                    observed,
                                    new Relocate.PutBack(layout),
                                    "an earlier start ended before it was changed",
                                    "the cluster decides what follows"));
            case REFUSE -> Optional.of(halfRewound(settings, observed, layout));
        };
    }

    /// Neither the old cluster nor the new one: in seven rewinds killed half way, one could not be
    /// repaired by another and two said nothing of it.
    private static Plan halfRewound(Settings settings, Observed observed, Layout layout) {
        if (settings.mode() instanceof Mode.NativeReplica replica) {
            switch (replica.rejoin()) {
                case REFUSE -> {}
                case REWIND, RECLONE -> {
                    return observed.upstream().orElse(null) instanceof Upstream.Answered
                            ? only(
                                    settings,
                                    observed,
                                    new Relocate.MoveUnfinishedAside(layout, "half-rewound"),
                                    """
                                    an earlier rewind did not end; deleting what is left \
                                    of it is your decision\
                                    """,
                                    "the data directory is empty then")
                            : ReplicaPlan.awaiting(
                                    replica,
                                    settings,
                                    observed,
                                    "what is here can only be cloned anew");
                }
            }
        }
        throw Refusals.unfinishedRewind(settings.dataDirectory(), layout.staging().dataDirectory());
    }

    private static Plan rewound(Settings settings, Observed observed, Layout layout) {
        List<Planned> steps = new ArrayList<>(new NodeSteps(settings, observed).rewound());
        steps.add(
                new Planned(
                        new Relocate.PublishRewound(layout),
                        "an earlier start ended when its rewind had succeeded"));
        return StartPlan.of(
                settings,
                observed,
                StartPlan.Decision.replan(
                        List.of(), steps, "the rewound cluster decides what follows"));
    }

    static Plan only(
            Settings settings, Observed observed, BeforeLaunch step, String because, String then) {
        return StartPlan.of(
                settings,
                observed,
                StartPlan.Decision.replan(List.of(), List.of(new Planned(step, because)), then));
    }

    static List<Planned> opening(Settings settings, Observed observed) {
        Layout layout = new Layout(settings.dataDirectory());
        List<Planned> steps = new ArrayList<>();
        if (observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal)) {
            steps.add(
                    new Planned(
                            new Build.DiscardUnfinished(layout, journal),
                            "an earlier first boot did not end"));
        }
        steps.add(
                new Planned(
                        new Build.OpenStaging(
                                layout,
                                settings.initdb().walDirectory(),
                                observed.tablespaces().known()),
                        "the data directory stays as it is until the cluster is complete"));
        return steps;
    }

    static Planned publish(Settings settings) {
        return new Planned(
                new Build.Publish(new Layout(settings.dataDirectory()), settings.syncs()),
                "every step before succeeded%s".formatted(unsynced(settings)));
    }

    /// Why nothing is written to disk before the cluster is in its place, behind another reason.
    static String unsynced(Settings settings) {
        return settings.syncs() ? "" : "; fsync is off, so that a power cut may cost it";
    }
}
