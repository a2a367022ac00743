package io.pgentrypoint.probe;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;

/// Why nobody can ask this node.
final class Refusals {

    private Refusals() {}

    static Refusal noSelector(IOException e) {
        return new Refusal(
                ExitCode.SYSTEM,
                "cannot wait for connections: %s".formatted(e.getMessage()),
                "raise the limit of open files of this container (ulimit -n)",
                e);
    }

    static Refusal noPort(int port, IOException e) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot listen on PROBE_PORT %s: %s".formatted(port, e.getMessage()),
                "choose a port that is free and that this user may use",
                e);
    }
}
