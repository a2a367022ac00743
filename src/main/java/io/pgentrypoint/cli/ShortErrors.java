package io.pgentrypoint.cli;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// A wrong command line, in three lines.
final class ShortErrors {

    private static final Logger LOG = LoggerFactory.getLogger("io.pgentrypoint");

    private ShortErrors() {}

    static int print(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (Main.OWN_LIFE.contains(command.getCommandName())) {
            // Where the log is, in the format of the log.
            Logging.configure("info", SystemEnvironment.logFormat());
            LOG.error("cannot read the command line: {}", e.getMessage());
            LOG.error("→ see {} --help", command.getCommandSpec().qualifiedName());
            return ExitCode.USAGE.code();
        }
        var err = command.getErr();
        err.println("cannot read the command line: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }
}
