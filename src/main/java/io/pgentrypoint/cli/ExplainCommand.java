package io.pgentrypoint.cli;

import io.pgentrypoint.report.Refusal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What this program knows about its codes, variables and messages.
/// docs/reference/troubleshooting.md has the same, and a test keeps it so.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Explain an exit code, a variable or a message: cause and remedy. Looks at nothing.")
final class ExplainCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "CODE|VARIABLE|MESSAGE",
            description = "A message may be a part of a line. Without any: what can be asked.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            List<String> lines =
                    words.isEmpty() ? Explanation.index() : Explanation.of(String.join(" ", words));
            lines.forEach(out::println);
            return 0;
        } catch (Refusal refusal) {
            return FailureReport.say(refusal);
        }
    }
}
