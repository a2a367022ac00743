package io.pgentrypoint.cli;

import io.pgentrypoint.probe.ControlClient;
import io.pgentrypoint.report.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// An order of a command to PID 1, whose answer is printed as it comes.
final class ControlOrder {

    private ControlOrder() {}

    /// @param what it is, as an order
    /// @return the exit code of the command
    static int give(CommandSpec spec, String what, List<String> words) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            return ControlClient.give(
                    SystemEnvironment.port(),
                    words,
                    line -> {
                        out.println(line);
                        out.flush();
                    });
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("cannot %s: %s; is it running?".formatted(what, e.getMessage()));
            return ExitCode.UNAVAILABLE.code();
        }
    }
}
