package io.pgentrypoint.cli;

import io.pgentrypoint.probe.StatusClient;
import io.pgentrypoint.report.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What PID 1 says of its node.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Ask the running entrypoint for role, timeline, lag and phase.")
final class StatusCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            String document = StatusClient.ask(SystemEnvironment.port()).document();
            switch (format) {
                case TEXT -> StatusText.lines(document).forEach(out::println);
                case JSON -> out.print(document);
            }
            out.flush();
            return 0;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "cannot ask for the status: %s; is it running?"
                                    .formatted(e.getMessage()));
            return ExitCode.UNAVAILABLE.code();
        }
    }
}
