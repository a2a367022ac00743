package io.pgentrypoint.cli;

import io.pgentrypoint.process.PassThrough;
import io.pgentrypoint.process.Reexec;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/// Where the command line is read: ours, the server's, or another program's.
public final class Main {

    private static final Set<String> SERVER_ONLY =
            Set.of("-?", "--help", "--describe-config", "-V", "--version");

    /// Commands that take the signals and end this program themselves.
    static final Set<String> OWN_LIFE = Set.of("run", "init");

    private Main() {}

    public static void main(String[] args) {
        Reexec.ifCharactersAreLost();
        LogZone.ofContainer();
        List<String> words = Arrays.asList(args);
        if (words.isEmpty()) {
            RunCommand.run(List.of());
            return;
        }
        String first = words.getFirst();
        if (InitCommand.OFFICIAL_NAMES.contains(first)) {
            InitCommand.byOfficialName(first, words.subList(1, words.size()));
        } else if (first.equals("postgres")) {
            runServer(words.subList(1, words.size()));
        } else if (first.equals("--help") || first.equals("--version") || isOurs(first)) {
            if (!OWN_LIFE.contains(first)) {
                Signals.endOnStop();
            }
            System.exit(commandLine().execute(args));
        } else if (first.startsWith("-")) {
            runServer(words);
        } else {
            passThrough(words);
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new RootCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(ShortErrors::print);
        line.setExecutionExceptionHandler((e, _, _) -> FailureReport.say(e));
        return line;
    }

    private static boolean isOurs(String word) {
        return commandLine().getSubcommands().containsKey(word);
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
            System.exit(PassThrough.exec(argv, System.getenv()));
        } catch (Refusal refusal) {
            System.exit(FailureReport.say(refusal));
        }
    }
}
