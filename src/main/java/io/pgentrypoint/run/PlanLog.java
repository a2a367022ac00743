package io.pgentrypoint.run;

import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.PlanText;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What a start logs of its plans: the whole of what changes something, two lines of what does not.
/// At level debug everything. Each warning once in the life of this process.
final class PlanLog {

    private static final Logger LOG = LoggerFactory.getLogger(PlanLog.class);

    private final Set<String> warned = new HashSet<>();
    private Optional<Plan> last = Optional.empty();

    void say(TakeOverPlan plan) {
        boolean changes =
                plan.steps().stream().map(PlannedTakeOver::step).anyMatch(PlanLog::isWorthALine);
        say(PlanText.lines(plan), changes ? Level.INFO : Level.DEBUG);
    }

    void say(Plan plan) {
        boolean repeats = last.filter(before -> waitsAgain(before, plan)).isPresent();
        last = Optional.of(plan);
        if (LOG.isDebugEnabled()) {
            say(PlanText.lines(plan), Level.INFO);
        } else {
            say(repeats ? PlanText.repeated(plan) : PlanText.brief(plan), Level.INFO);
        }
    }

    /// Each start steps down and takes its volume.
    private static boolean isWorthALine(TakeOver step) {
        return switch (step) {
            case TakeOver.StepDown _ -> false;
            case TakeOver.TakeVolume take -> take.lockOwner().isPresent();
            case TakeOver.HoldVolume _,
                    TakeOver.MakeForServerUser _,
                    TakeOver.GiveToServerUser _,
                    TakeOver.GiveRootsFiles _,
                    TakeOver.CloseToOthers _ ->
                    true;
        };
    }

    /// Whether only what the other nodes say is new.
    private static boolean waitsAgain(Plan before, Plan now) {
        return now.next() instanceof NextAction.Replan
                && now.next().equals(before.next())
                && now.mode().equals(before.mode())
                && steps(now).equals(steps(before));
    }

    /// Not their sentences: how long is still waited is in them.
    private static List<String> steps(Plan plan) {
        return plan.beforeLaunch().stream().map(PlanLog::step).toList();
    }

    private static String step(Planned planned) {
        return "%s, %s".formatted(planned.step().getClass().getName(), planned.because());
    }

    private void say(List<String> lines, Level level) {
        for (String line : lines) {
            if (!line.startsWith(PlanText.WARNING)) {
                LOG.atLevel(level).log("{}", line);
            } else if (warned.add(line)) {
                // The level says what it is.
                LOG.warn("{}", line.substring(PlanText.WARNING.length()));
            }
        }
    }
}
