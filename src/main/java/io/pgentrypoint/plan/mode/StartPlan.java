package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.plan.text.ObservedSummary;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one place where the plan of a start is made: from what a mode decides, and from what the
/// volume itself needs. Nobody changes a plan afterwards.
final class StartPlan {

    private StartPlan() {}

    /// What a mode decides.
    record Decision(
            List<String> warnings,
            List<Planned> beforeLaunch,
            NextAction next,
            List<PlannedLive> onceReady) {

        /// Some steps, and then another look.
        static Decision replan(List<String> warnings, List<Planned> steps, String then) {
            return new Decision(warnings, steps, new NextAction.Replan(then), List.of());
        }
    }

    static Plan of(Settings settings, Observed observed, Decision decision) {
        return of(settings.title(), settings, observed, decision);
    }

    /// @param title of the mode, where it is not the one that was asked for
    static Plan of(String title, Settings settings, Observed observed, Decision decision) {
        VolumeSteps volume = new VolumeSteps(settings, observed);
        List<String> warnings = new ArrayList<>(decision.warnings());
        warnings.addAll(volume.warnings());
        Optional<Planned> space = volume.awaitSpace();
        if (space.isPresent()) {
            return new Plan(
                    title,
                    ObservedSummary.describe(settings, observed),
                    warnings,
                    List.of(space.get()),
                    new NextAction.Replan("with enough free space, the rest can be done"),
                    List.of());
        }
        decision.beforeLaunch().forEach(planned -> volume.refuseReadOnly(planned.step()));
        List<Planned> steps = new ArrayList<>(volume.first());
        steps.addAll(decision.beforeLaunch());
        List<PlannedLive> onceReady = new ArrayList<>(decision.onceReady());
        onceReady.addAll(volume.onceReady(decision.next()));
        return new Plan(
                title,
                ObservedSummary.describe(settings, observed),
                warnings,
                steps,
                decision.next(),
                onceReady);
    }
}
