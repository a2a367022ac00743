package io.pgentrypoint.cli;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Reasoned;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What `run` would do here and now.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                """
                Print what run would do to this volume with this environment; touches \
                nothing. Exits with the code that run would refuse with.\
                """)
final class PlanCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Parameters(
            paramLabel = "SERVER ARGUMENT",
            description = "As they would follow postgres; put -- before them.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<TakeOverPlan> before = new ArrayList<>();
        try {
            Settings settings = SystemEnvironment.settings(arguments);
            List<Plan> roles = new ArrayList<>();
            VolumeLook.Decided decided =
                    VolumeLook.decide(settings, VolumeLook.look(settings, before::add), roles::add);
            Observed observed = decided.observed();
            Plan plan = decided.plan();
            switch (format) {
                case TEXT -> {
                    VolumeLook.running(observed).ifPresent(out::println);
                    lines(before).forEach(out::println);
                    roles.forEach(role -> PlanText.lines(role).forEach(out::println));
                    PlanText.lines(plan).forEach(out::println);
                    FreeSpaceText.lines(observed.volume()).forEach(out::println);
                }
                case JSON -> out.println(Json.text(document(before, roles, plan, observed)));
            }
            return plan.next() instanceof NextAction.Refuse(Refusal refusal)
                    ? refusal.exitCode()
                    : 0;
        } catch (InvalidSettings invalid) {
            if (format == Format.JSON) {
                out.println(Json.text(Json.invalid(invalid)));
                return invalid.exitCode();
            }
            return FailureReport.say(invalid);
        } catch (Refusal refusal) {
            switch (format) {
                case TEXT -> {
                    lines(before).forEach(out::println);
                    out.println("refused: " + refusal.reason());
                    out.println("  " + refusal.remedy());
                    unknown(refusal).ifPresent(out::println);
                }
                case JSON -> out.println(Json.text(Json.object("refusal", Json.refusal(refusal))));
            }
            return refusal.exitCode();
        }
    }

    private static List<String> lines(List<TakeOverPlan> before) {
        List<String> lines = new ArrayList<>();
        before.forEach(plan -> lines.addAll(PlanText.lines(plan)));
        return lines;
    }

    /// What only root could say.
    private static Optional<String> unknown(Refusal refusal) {
        boolean denied = refusal.exitCode() == ExitCode.CANNOT_CREATE.code();
        return denied && !Identity.current().isRoot()
                ? Optional.of(
                        "  not known: what a start as root would give to the server's user; plan as root prints it")
                : Optional.empty();
    }

    private static Map<String, Object> document(
            List<TakeOverPlan> before, List<Plan> roles, Plan plan, Observed observed) {
        Map<String, Object> document = document(before, plan, observed);
        if (!roles.isEmpty()) {
            document.put("role", roles.stream().map(role -> then(role.next())).toList());
        }
        return document;
    }

    private static Map<String, Object> document(
            List<TakeOverPlan> before, Plan plan, Observed observed) {
        return Json.object(
                "running", VolumeLook.running(observed).isPresent(),
                "beforeReading", before.stream().map(PlanCommand::document).toList(),
                "mode", plan.mode(),
                "found", plan.found(),
                "warnings", plan.warnings(),
                "beforeLaunch", steps(plan.beforeLaunch()),
                "then", then(plan.next()),
                "onceReady", steps(plan.onceReady()),
                "room", FreeSpaceText.document(observed.volume()));
    }

    private static Map<String, Object> then(NextAction next) {
        return switch (next) {
            case NextAction.Replan(String because) -> Json.object("replan", because);
            case NextAction.Become(var mode, String because) ->
                    Json.object("as", mode.title(), "because", because);
            case NextAction.Launch(List<String> argv) -> Json.object("launch", argv);
            case NextAction.Refuse(Refusal refusal) ->
                    Json.object("refusal", Json.refusal(refusal));
        };
    }

    private static Map<String, Object> document(TakeOverPlan plan) {
        return Json.object(
                "as", plan.user(), "warnings", plan.warnings(), "steps", steps(plan.steps()));
    }

    private static List<Map<String, Object>> steps(List<? extends Reasoned> steps) {
        return steps.stream()
                .map(planned ->
                        Json.object(
                                "step",
                                planned.step().getClass().getSimpleName(),
                                "does",
                                planned.step().sentence(),
                                "because",
                                planned.because()))
                .toList();
    }
}
