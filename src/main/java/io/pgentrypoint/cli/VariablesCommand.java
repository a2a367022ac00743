package io.pgentrypoint.cli;

import io.pgentrypoint.settings.Variable;
import io.pgentrypoint.settings.Variables;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The registry, printed. docs/reference/environment.md is its Markdown form, and a test keeps it
/// so.
@Command(
        name = "variables",
        mixinStandardHelpOptions = true,
        description = "List every environment variable with its default and meaning.")
final class VariablesCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    /// Markdown is for the documentation.
    enum VariablesFormat {
        TEXT,
        JSON,
        MARKDOWN
    }

    @Option(names = "--format", description = "text, json or markdown (default: text).")
    private VariablesFormat format = VariablesFormat.TEXT;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> text(out);
            case JSON ->
                    out.println(
                            Json.text(
                                    Variables.all().stream()
                                            .map(VariablesCommand::document)
                                            .toList()));
            case MARKDOWN -> out.print(VariablesPage.markdown());
        }
        return 0;
    }

    private static void text(PrintWriter out) {
        for (Variable.Group group : Variable.Group.values()) {
            out.println(Ansi.AUTO.string("@|bold %s|@".formatted(group.title())));
            for (Variable<?> variable : inGroup(group)) {
                out.println("  " + variable.name() + " (default: " + variable.fallback() + ")");
                out.println("      " + variable.meaning());
                if (!variable.aliases().isEmpty()) {
                    out.println("      also understood: " + String.join(", ", variable.aliases()));
                }
            }
            out.println();
        }
        out.println(
                """
                Each can be given as NAME_FILE, the path of a file that holds the value.
                POSTGRES_CONF_<setting> sets any server setting; __ in the name is a dot.\
                """);
    }

    static List<Variable<?>> inGroup(Variable.Group group) {
        return Variables.all().stream().filter(variable -> variable.group() == group).toList();
    }

    private static Map<String, Object> document(Variable<?> variable) {
        return Json.object(
                "name", variable.name(),
                "group", variable.group().title(),
                "default", variable.fallback(),
                "secret", variable.secret(),
                "aliases", variable.aliases(),
                "meaning", variable.meaning());
    }
}
