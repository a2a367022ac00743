package io.pgentrypoint.cli;

import com.google.gson.JsonParser;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.supervise.StatusSocket;
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
            String answer = StatusSocket.ask(SystemEnvironment.port());
            switch (format) {
                case TEXT ->
                        JsonParser.parseString(answer)
                                .getAsJsonObject()
                                .asMap()
                                .forEach((name, value) ->
                                        out.println(name + ": " + value.getAsString()));
                case JSON -> out.println(answer);
            }
            return 0;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("cannot ask for the status: " + e.getMessage() + "; is it running?");
            return ExitCode.UNAVAILABLE.code();
        }
    }
}
