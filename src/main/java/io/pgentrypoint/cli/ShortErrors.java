package io.pgentrypoint.cli;

import io.pgentrypoint.report.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// A wrong command line, in three lines.
final class ShortErrors {

    private ShortErrors() {}

    static int print(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        var err = command.getErr();
        err.println("cannot read the command line: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }
}
