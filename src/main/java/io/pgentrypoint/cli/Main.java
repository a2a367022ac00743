package io.pgentrypoint.cli;

import io.pgentrypoint.process.PassThrough;
import io.pgentrypoint.process.Reexec;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.Terminal;
import io.pgentrypoint.process.ThisProcess;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.ServerSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/// Where the command line is read: ours, the server's, or another program's.
public final class Main {

    private static final String HELP = "--help";
    private static final String VERSION = "--version";

    private static final Set<String> SERVER_ONLY =
            Set.of("-?", HELP, "--describe-config", "-V", VERSION);

    /// Commands that take the signals and end this program themselves.
    static final Set<String> OWN_LIFE = Set.of("run", "init", "upgrade");

    /// In the order in which help lists them.
    private static final List<String> COMMANDS =
            List.of(
                    "run",
                    "init",
                    "validate",
                    "plan",
                    "render",
                    "variables",
                    "explain",
                    "doctor",
                    "status",
                    "healthcheck",
                    "promote",
                    "switchover",
                    "cluster",
                    "upgrade");

    private Main() {}

    public static void main(String[] args) {
        Reexec.ifCharactersAreLost();
        ThisProcess.linkNativeCallsAside();
        LogZone.ofContainer();
        List<String> words = Arrays.asList(args);
        if (words.isEmpty() && Terminal.isPrompt()) {
            execute(HELP);
        } else if (words.isEmpty()) {
            RunCommand.run(List.of());
        } else {
            run(words);
        }
    }

    private static void run(List<String> words) {
        String first = words.getFirst();
        if (InitCommand.OFFICIAL_NAMES.contains(first)) {
            InitCommand.byOfficialName(first, words.subList(1, words.size()));
        } else if (first.equals("postgres")) {
            runServer(words.subList(1, words.size()));
        } else if (first.equals("help")) {
            String asked = words.size() > 1 ? words.get(1) : HELP;
            execute(COMMANDS.contains(asked) ? new String[] {asked, HELP} : new String[] {HELP});
        } else if (first.equals("version")) {
            execute(VERSION);
        } else if (first.equals(HELP) || first.equals(VERSION) || COMMANDS.contains(first)) {
            execute(words.toArray(String[]::new));
        } else if (first.startsWith("-")) {
            runServer(words);
        } else {
            passThrough(words);
        }
    }

    private static void execute(String... words) {
        if (!OWN_LIFE.contains(words[0])) {
            Signals.endOnStop();
        }
        ThisProcess.end(commandLine(words[0]).execute(words));
    }

    /// With the model of that command alone: each takes its time to build. Help lists all.
    static CommandLine commandLine(String first) {
        CommandLine line = new CommandLine(new RootCommand());
        for (String name : COMMANDS) {
            if (name.equals(first) || first.equals(HELP)) {
                line.addSubcommand(command(name));
            }
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(ShortErrors::print);
        line.setExecutionExceptionHandler((e, _, _) -> FailureReport.say(e));
        return line;
    }

    private static Object command(String name) {
        return switch (name) {
            case "run" -> new RunCommand();
            case "init" -> new InitCommand();
            case "validate" -> new ValidateCommand();
            case "plan" -> new PlanCommand();
            case "render" -> new RenderCommand();
            case "variables" -> new VariablesCommand();
            case "explain" -> new ExplainCommand();
            case "doctor" -> new DoctorCommand();
            case "status" -> new StatusCommand();
            case "healthcheck" -> new HealthcheckCommand();
            case "promote" -> new PromoteCommand();
            case "switchover" -> new SwitchoverCommand();
            case "cluster" -> new ClusterCommand();
            case "upgrade" -> new UpgradeCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /// As the official image: a question to the server itself prepares nothing.
    private static void runServer(List<String> arguments) {
        if (arguments.stream().anyMatch(SERVER_ONLY::contains)) {
            passThrough(
                    java.util.stream.Stream.concat(
                                    java.util.stream.Stream.of("postgres"), arguments.stream())
                            .toList());
        } else {
            RunCommand.run(arguments);
        }
    }

    private static void passThrough(List<String> argv) {
        Logging.configure("info", SystemEnvironment.logFormat());
        try {
            ThisProcess.end(PassThrough.exec(argv, System.getenv()));
        } catch (Refusal refusal) {
            ThisProcess.end(FailureReport.say(mistyped(argv.getFirst(), refusal)));
        }
    }

    /// A program that is nowhere may be a command of ours.
    static Refusal mistyped(String word, Refusal refusal) {
        return refusal.exitCode() == ExitCode.NOT_FOUND.code()
                ? ServerSettings.nearest(word, COMMANDS)
                        .map(near -> CommandRefusals.mistyped(word, near))
                        .orElse(refusal)
                : refusal;
    }
}
