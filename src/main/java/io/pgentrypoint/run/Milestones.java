package io.pgentrypoint.run;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import java.util.function.Consumer;

/// Tells one listener which milestones a start passes.
final class Milestones {

    private final Consumer<Milestone> listener;
    private boolean initialized;

    Milestones(Consumer<Milestone> listener) {
        this.listener = listener;
    }

    void before(Plan plan) {
        if (plan.beforeLaunch().stream().map(Planned::step).anyMatch(Milestones::trustsEveryone)) {
            listener.accept(Milestone.TRUSTING);
        }
    }

    void after(Plan plan) {
        initialized |=
                plan.beforeLaunch().stream().map(Planned::step).anyMatch(Milestones::initializes);
    }

    void launching(Observed observed) {
        if (initialized && observed.scripts().init().isEmpty()) {
            listener.accept(Milestone.NO_SCRIPTS);
        }
        if (initialized) {
            listener.accept(Milestone.INITIALIZED);
        } else if (observed.dataDirectory() instanceof DataDirectory.Cluster) {
            listener.accept(Milestone.EXISTED);
        }
        initialized = false;
    }

    private static boolean trustsEveryone(BeforeLaunch step) {
        return step instanceof Build.AppendHostRule(_, String rule)
                && rule.stripTrailing().endsWith(" trust");
    }

    private static boolean initializes(BeforeLaunch step) {
        return step instanceof Build.Publish || step instanceof Build.FinishFirstBoot;
    }
}
