package io.pgentrypoint.run;

import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.plan.mode.UpgradeEnding;
import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.plan.step.EndingPlan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.settings.Settings;
import java.util.function.Consumer;

/// `upgrade`, by the process that has the volume: look, decide, say, do.
record UpgradeEnder(Settings settings, Programs programs, StopRequest stop, Progress progress) {

    void run(Ending ending, boolean dryRun, Consumer<String> say) {
        Observed observed = Observer.lookAtVolume(settings, programs);
        EndingPlan plan = UpgradeEnding.plan(ending, settings, observed);
        PlanText.lines(plan).forEach(say);
        if (dryRun || plan.steps().isEmpty()) {
            return;
        }
        try (Executor executor =
                new Executor(settings, observed.installation(), programs, stop, progress)) {
            executor.execute(plan.steps());
        }
        say.accept("done");
    }
}
