package io.pgentrypoint.plan;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;

/// Why a data directory is not used, in any mode.
final class Refusals {

    private Refusals() {}

    static Refusal damaged(Path dataDirectory, String why) {
        return new Refusal(
                ExitCode.DATA,
                "cannot use %s: %s".formatted(dataDirectory, why),
                """
                restore it from a backup, or move it away and start with an empty one; nothing was \
                touched\
                """);
    }
}
