package io.pgentrypoint.plan.text;

import io.pgentrypoint.plan.step.EndingPlan;
import io.pgentrypoint.plan.step.HandOverPlan;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Reasoned;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A plan as text: what `plan` prints, what each start logs, and what the golden tests compare. No
/// secret can be in it, since no step's text takes one.
public final class PlanText {

    public static final String WARNING = "warning: ";

    private static final String NOTHING =
            "before the server starts: nothing, everything is as it should be";

    private PlanText() {}

    public static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("mode: " + plan.mode());
        lines.add("found: " + plan.found());
        for (String warning : plan.warnings()) {
            lines.add(WARNING + warning);
        }
        if (plan.beforeLaunch().isEmpty()) {
            lines.add(NOTHING);
        } else {
            lines.add("before the server starts:");
            lines.addAll(numbered(plan.beforeLaunch()));
        }
        switch (plan.next()) {
            case NextAction.Replan(String because) -> lines.add("then: plan again, " + because);
            case NextAction.Become(var mode, String because) -> lines.add(as(mode, because));
            case NextAction.Launch(List<String> argv) -> lines.add("then: " + command(argv));
            case NextAction.Refuse(var refusal) -> {
                lines.add(
                        "then: refused with %s: %s"
                                .formatted(refusal.exitCode(), refusal.reason()));
                lines.add("  " + refusal.remedy());
            }
        }
        if (!plan.onceReady().isEmpty()) {
            lines.add("once it is ready:");
            lines.addAll(numbered(plan.onceReady()));
        }
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    /// What a start logs by default: two lines where nothing is changed before the server starts.
    /// What is done once it is ready says itself what it changes.
    public static List<String> brief(Plan plan) {
        if (!plan.beforeLaunch().isEmpty()) {
            return lines(plan);
        }
        return switch (plan.next()) {
            case NextAction.Launch(List<String> argv) ->
                    brief(plan, "%s; then: %s".formatted(NOTHING, command(argv)));
            case NextAction.Become(var mode, String because) -> brief(plan, as(mode, because));
            case NextAction.Replan _, NextAction.Refuse _ -> lines(plan);
        };
    }

    /// Of a plan whose steps are those of the one before: what was seen may be new.
    public static List<String> repeated(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("found: %s; the plan stays as it is".formatted(plan.found()));
        plan.warnings().forEach(warning -> lines.add(WARNING + warning));
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    private static List<String> brief(Plan plan, String then) {
        List<String> lines = new ArrayList<>();
        lines.add("mode: %s; found: %s".formatted(plan.mode(), plan.found()));
        plan.warnings().forEach(warning -> lines.add(WARNING + warning));
        lines.add(then);
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    private static String as(Mode mode, String because) {
        return "then: as %s, since %s".formatted(mode.title(), because);
    }

    /// What is done before the volume is read; no line where that is nothing.
    public static List<String> lines(TakeOverPlan plan) {
        List<String> lines = new ArrayList<>();
        plan.warnings().forEach(warning -> lines.add(WARNING + warning));
        if (!plan.steps().isEmpty()) {
            lines.add("before the volume is read, as %s:".formatted(plan.user()));
            lines.addAll(numbered(plan.steps()));
        }
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    /// What a switchover does, before it does it.
    public static List<String> lines(HandOverPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("switchover to " + plan.successor().address());
        lines.add("found: " + plan.found());
        plan.warnings().forEach(warning -> lines.add(WARNING + warning));
        lines.addAll(numbered(plan.steps()));
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    /// How an upgrade is ended, before that is done.
    public static List<String> lines(EndingPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("found: " + plan.found());
        plan.warnings().forEach(warning -> lines.add(WARNING + warning));
        lines.addAll(numbered(plan.steps()));
        lines.add("then: " + plan.then());
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    /// A value of several lines must not look like a line of the plan.
    private static String oneLine(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r");
    }

    private static List<String> numbered(List<? extends Reasoned> steps) {
        List<String> lines = new ArrayList<>();
        int number = 0;
        for (Reasoned each : steps) {
            number++;
            lines.add("%4s. %s – %s".formatted(number, each.step().sentence(), each.because()));
            each.step().details().forEach(detail -> lines.add("      " + detail));
        }
        return lines;
    }

    /// As a shell would take it.
    private static String command(List<String> argv) {
        return argv.stream().map(PlanText::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        if (word.matches("[A-Za-z0-9_@%+=:,./-]+")) {
            return word;
        }
        return word.contains("\n") || word.contains("\r")
                ? "$'" + oneLine(word.replace("\\", "\\\\").replace("'", "\\'")) + "'"
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
