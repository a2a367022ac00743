package io.pgentrypoint.cli;

import io.pgentrypoint.execute.SupportArchive;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Everything that can be checked from here, in one list.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                """
                Check variables, settings, volume, other nodes and the running server, and say what \
                to do; changes nothing. Exits with 0 when nothing fails, else with the code of a \
                start, or 1.\
                """)
final class DoctorCommand implements Callable<Integer> {

    private static final int VERDICT = 12;
    private static final int NAME = 13;
    private static final String LOG_NOTE =
            "The log is not in here: docker logs --tail 200 NODE, or kubectl logs POD.";

    @Spec private CommandSpec spec;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description =
                    "Write a zip file for a bug report too, without secrets; FILE must be new.")
    private @Nullable Path bundle;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Doctor.Diagnosis diagnosis = Doctor.examine();
        String document = Json.text(document(diagnosis));
        switch (format) {
            case TEXT ->
                    lines(diagnosis.checks(), spec.commandLine().getColorScheme().ansi())
                            .forEach(out::println);
            case JSON -> out.println(document);
        }
        out.flush();
        if (bundle != null) {
            return write(bundle, diagnosis, document);
        }
        return diagnosis.exitCode();
    }

    private static int write(Path file, Doctor.Diagnosis diagnosis, String document)
            throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("doctor.json", document);
        texts.put("variables.txt", String.join("\n", SystemEnvironment.redacted()));
        texts.put("plan.txt", diagnosis.plan());
        texts.put("status.json", diagnosis.status());
        texts.put("versions.txt", String.join("\n", versions()));
        texts.put("log.txt", LOG_NOTE);
        texts.replaceAll((_, text) -> Masks.apply(text));
        try {
            SupportArchive.write(file, texts);
        } catch (IOException e) {
            Refusal refusal = CommandRefusals.noArchive(file, e);
            return FailureReport.say(refusal);
        }
        return diagnosis.exitCode();
    }

    private static List<String> versions() throws IOException {
        List<String> versions = new ArrayList<>(List.of(new Version().getVersion()));
        for (String property : List.of("os.name", "os.version", "os.arch", "java.vm.version")) {
            versions.add("%s %s".formatted(property, System.getProperty(property, "unknown")));
        }
        return versions;
    }

    static List<String> lines(List<Check> checks, Ansi colors) {
        List<String> lines = new ArrayList<>();
        String indent = " ".repeat(VERDICT + NAME);
        for (Check check : checks) {
            String word = check.verdict().word();
            String name = check.name();
            String head =
                    word
                            + " ".repeat(VERDICT - word.length())
                            + name
                            + " ".repeat(NAME - name.length());
            List<String> wrapped = Wrapped.lines(check.seen(), head, indent);
            lines.add(
                    colored(check.verdict(), word, colors)
                            + wrapped.getFirst().substring(word.length()));
            lines.addAll(wrapped.subList(1, wrapped.size()));
            if (!check.fix().isEmpty()) {
                lines.addAll(Wrapped.lines("→ " + check.fix(), indent, indent + "  "));
            }
        }
        return lines;
    }

    /// Only what needs attention, and only its verdict.
    private static String colored(Check.Verdict verdict, String word, Ansi colors) {
        return switch (verdict) {
            case OK, NOT_CHECKED -> word;
            case WARN -> colors.string("@|yellow %s|@".formatted(word));
            case FAIL -> colors.string("@|red %s|@".formatted(word));
        };
    }

    private static Map<String, Object> document(Doctor.Diagnosis diagnosis) {
        return Json.object(
                "exitCode",
                diagnosis.exitCode(),
                "checks",
                diagnosis.checks().stream()
                        .map(check ->
                                Json.object(
                                        "check", check.name(),
                                        "verdict", check.verdict().word(),
                                        "seen", check.seen(),
                                        "fix", check.fix()))
                        .toList());
    }
}
