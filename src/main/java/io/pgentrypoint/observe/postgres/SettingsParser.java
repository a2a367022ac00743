package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.ServerSettings;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The server's own parser of settings, asked before there is a data directory: `postgres -C` reads
/// settings and starts nothing.
public final class SettingsParser {

    private static final Pattern COMPLAINT = Pattern.compile("(?:FATAL|ERROR):  (.*)");
    private static final Pattern HINT = Pattern.compile("HINT:  (.*)");
    private static final String UNKNOWN = "unrecognized configuration parameter";

    private final String postgres;
    private final Map<String, String> environment;
    private final Programs programs;

    private SettingsParser(Installation installation, Settings settings, Programs programs) {
        this.postgres = installation.program("postgres");
        this.environment = new TreeMap<>(settings.childEnvironment());
        // Its messages are translated otherwise.
        this.environment.put("LC_ALL", "C");
        this.programs = programs;
    }

    /// One problem for each `POSTGRES_CONF_…` that the server does not take; nothing where there is
    /// no server to ask.
    public static Optional<List<Problem>> problems(Settings settings, Programs programs) {
        Installation installation;
        try {
            installation = new InstallationFinder(settings.childEnvironment(), programs).find();
        } catch (Refusal e) {
            return Optional.empty();
        }
        return Optional.of(
                new SettingsParser(installation, settings, programs)
                        .problems(settings.serverSettings()));
    }

    private List<Problem> problems(Map<String, String> settings) {
        List<Problem> problems = new ArrayList<>();
        // All at once first: the server names the first wrong one only.
        if (settings.isEmpty() || ask(settings).succeeded()) {
            return problems;
        }
        settings.forEach((name, value) -> {
            Outcome outcome = ask(Map.of(name, value));
            if (!outcome.succeeded()) {
                problems.add(problem(name, value, outcome.stderr()));
            }
        });
        return problems;
    }

    private Outcome ask(Map<String, String> settings) {
        // -C in the first place: root may ask, too (main.c). There is no data directory yet.
        List<String> argv = new ArrayList<>(List.of(postgres, "-C", "max_connections"));
        argv.addAll(List.of("-D", "/", "-c", "config_file=/dev/null"));
        settings.forEach((name, value) -> argv.addAll(List.of("-c", name + "=" + value)));
        return programs.run(new Command("postgres -C", argv, environment));
    }

    private Problem problem(String name, String value, String said) {
        String rule = first(COMPLAINT, said).orElse("the server does not take it");
        String remedy =
                rule.startsWith(UNKNOWN)
                        ? ServerSettings.nearest(name, names())
                                .map(near ->
                                        "did you mean %s?".formatted(ServerSettings.variable(near)))
                                .orElse("correct the name")
                        : first(HINT, said).orElse("correct the value");
        return Problem.error(ServerSettings.variable(name), value, rule, remedy);
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        return match.find() ? Optional.of(match.group(1)) : Optional.empty();
    }

    /// A line for each setting: its name, a tab, and what else there is to it.
    private List<String> names() {
        return programs.run(
                        new Command(
                                "postgres --describe-config",
                                List.of(postgres, "--describe-config"),
                                environment))
                .stdout()
                .lines()
                .map(line -> line.split("\t", 2)[0])
                .toList();
    }
}
