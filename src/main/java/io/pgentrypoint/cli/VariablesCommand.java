package io.pgentrypoint.cli;

import io.pgentrypoint.settings.ServerSettings;
import io.pgentrypoint.settings.Variable;
import io.pgentrypoint.settings.Variables;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    @Parameters(
            paramLabel = "NAME",
            description = "Only these (text and json); a name of another image is one too.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Variable<?>> asked = names.isEmpty() ? Variables.all() : named();
        switch (format) {
            case TEXT -> text(out, asked);
            case JSON ->
                    out.println(Json.text(asked.stream().map(VariablesCommand::document).toList()));
            case MARKDOWN -> out.print(VariablesPage.markdown());
        }
        return 0;
    }

    private List<Variable<?>> named() {
        List<Variable<?>> found = new ArrayList<>();
        names.forEach(name -> found.add(named(name)));
        return found;
    }

    private static Variable<?> named(String name) {
        return find(name)
                .orElseThrow(() ->
                        CommandRefusals.unknownVariable(
                                name,
                                ServerSettings.nearest(
                                        name.toUpperCase(Locale.ROOT),
                                        Variables.all().stream().map(Variable::name).toList())));
    }

    /// By any of its names, in any case.
    static Optional<Variable<?>> find(String name) {
        String asked = name.toUpperCase(Locale.ROOT);
        return Variables.all().stream().filter(variable -> isCalled(variable, asked)).findFirst();
    }

    private static boolean isCalled(Variable<?> variable, String asked) {
        return asked.equals(variable.name())
                || asked.equals(variable.name() + "_FILE")
                || variable.aliases().contains(asked);
    }

    private void text(PrintWriter out, List<Variable<?>> asked) {
        for (Variable.Group group : Variable.Group.values()) {
            List<Variable<?>> variables =
                    asked.stream().filter(variable -> variable.group() == group).toList();
            if (!variables.isEmpty()) {
                out.println(colors().string("@|bold %s|@".formatted(group.title())));
                variables.forEach(variable -> text(out, variable));
                out.println();
            }
        }
        out.println(
                """
                Each can be given as NAME_FILE, the path of a file that holds the value.
                POSTGRES_CONF_<setting> sets any server setting; __ in the name is a dot.\
                """);
    }

    private Ansi colors() {
        return spec.commandLine().getColorScheme().ansi();
    }

    private static void text(PrintWriter out, Variable<?> variable) {
        String head = "%s (default: %s)".formatted(variable.name(), variable.fallback());
        Wrapped.lines(head, "  ", "      ").forEach(out::println);
        Wrapped.lines(variable.meaning(), "      ", "      ").forEach(out::println);
        if (!variable.aliases().isEmpty()) {
            String aliases = "also understood: " + String.join(", ", variable.aliases());
            Wrapped.lines(aliases, "      ", "      ").forEach(out::println);
        }
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
