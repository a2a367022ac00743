package io.pgentrypoint.plan;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;

/// Why a data directory is not used, in any mode.
final class Refusals {

    private Refusals() {}

    static Refusal otherMajor(Path dataDirectory, int found, int ours) {
        return new Refusal(
                ExitCode.DATA,
                "cannot use %s: it holds a cluster of PostgreSQL %s, and this is PostgreSQL %s"
                        .formatted(dataDirectory, found, ours),
                """
                run the image of PostgreSQL %s, or upgrade the data with pg_upgrade or dump and \
                restore\
                """
                        .formatted(found));
    }

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
