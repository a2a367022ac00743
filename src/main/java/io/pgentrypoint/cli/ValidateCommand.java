package io.pgentrypoint.cli;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.postgres.SettingsParser;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The environment, and nothing else unless asked.
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "List every problem of the environment at once; exit 0, or 78 (77 for a file).")
final class ValidateCommand implements Callable<Integer> {

    private static final Problem UNCHECKED =
            Problem.warning(
                    "POSTGRES_CONF_*",
                    "",
                    "not checked: there is no program postgres here that could read them",
                    "run validate in the image");
    private static final Problem NO_PASSWORD =
            Problem.warning(
                    "POSTGRES_PASSWORD",
                    "",
                    "is not set: a start on an empty volume is refused, a start on a volume with data is not",
                    "set it, or POSTGRES_PASSWORD_FILE; validate --live looks at the volume");

    @Spec private CommandSpec spec;

    @Option(
            names = "--live",
            description = "Look at the data directory and the primary too; changes nothing.")
    private boolean live;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Override
    public Integer call() {
        try {
            Settings settings = SystemEnvironment.settings(List.of());
            Optional<List<Problem>> said =
                    SettingsParser.problems(settings, new Programs(new StopRequest()));
            if (said.stream().anyMatch(problems -> !problems.isEmpty())) {
                throw new InvalidSettings(
                        Stream.concat(settings.warnings().stream(), said.get().stream()).toList());
            }
            if (live) {
                return live(settings);
            }
            List<Problem> notes = new ArrayList<>(settings.warnings());
            if (said.isEmpty() && !settings.serverSettings().isEmpty()) {
                notes.add(UNCHECKED);
            }
            if (needsPassword(settings)) {
                notes.add(NO_PASSWORD);
            }
            print(
                    notes,
                    "valid: " + settings.title(),
                    Json.object(
                            "valid", true,
                            "mode", settings.title(),
                            "problems", Json.problems(notes)));
            return 0;
        } catch (InvalidSettings invalid) {
            print(invalid.problems(), "not valid", Json.invalid(invalid));
            return invalid.exitCode();
        } catch (Refusal refusal) {
            print(
                    List.of(),
                    refusal.reason() + "\n  " + refusal.remedy(),
                    Json.object("valid", false, "refusal", Json.refusal(refusal)));
            return refusal.exitCode();
        }
    }

    /// What a first start refuses and a later one does not ask for.
    private static boolean needsPassword(Settings settings) {
        boolean asked =
                switch (settings.mode()) {
                    case Mode.Standalone _, Mode.NativePrimary _, Mode.NativeAuto _ -> true;
                    case Mode.NativeReplica _, Mode.Patroni _ -> false;
                };
        return asked
                && settings.superuser().password().isEmpty()
                && !settings.hostAuthMethod().equals(Optional.of("trust"));
    }

    private int live(Settings settings) {
        VolumeLook.Decided decided =
                VolumeLook.decide(settings, VolumeLook.look(settings, _ -> {}), _ -> {});
        Observed observed = decided.observed();
        Plan plan = decided.plan();
        List<String> said = new ArrayList<>();
        VolumeLook.running(observed).ifPresent(said::add);
        plan.warnings().forEach(warning -> said.add("warning: " + warning));
        said.addAll(FreeSpaceText.lines(observed.volume()));
        said.add("valid: " + settings.title());
        print(
                settings.warnings(),
                String.join("\n", said),
                Json.object(
                        "valid", true,
                        "mode", settings.title(),
                        "problems", Json.problems(settings.warnings()),
                        "warnings", plan.warnings(),
                        "room", FreeSpaceText.document(observed.volume())));
        return 0;
    }

    private void print(List<Problem> problems, String verdict, Map<String, Object> document) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> {
                for (Problem problem : problems) {
                    out.println((problem.isError() ? "error: " : "warning: ") + problem.sentence());
                }
                out.println(verdict);
            }
            case JSON -> out.println(Json.text(document));
        }
    }
}
