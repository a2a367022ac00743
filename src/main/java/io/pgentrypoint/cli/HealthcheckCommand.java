package io.pgentrypoint.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.supervise.StatusSocket;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// For HEALTHCHECK: Docker reserves every code but 0 and 1.
@Command(
        name = "healthcheck",
        mixinStandardHelpOptions = true,
        description =
                "Exit 0 when this node is what the environment asks for (a replica: when it streams),"
                        + " else 1.")
final class HealthcheckCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            JsonObject status =
                    JsonParser.parseString(StatusSocket.ask(SystemEnvironment.port()))
                            .getAsJsonObject();
            if (status.get("healthy").getAsBoolean()) {
                out.println("healthy");
                return 0;
            }
            JsonElement why = status.get("why");
            out.println("not healthy: " + (why == null ? "no reason given" : why.getAsString()));
        } catch (IOException | RuntimeException e) {
            out.println("not healthy: " + e.getMessage());
        }
        return ExitCode.UNHEALTHY.code();
    }
}
