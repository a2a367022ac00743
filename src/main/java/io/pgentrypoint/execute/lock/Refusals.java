package io.pgentrypoint.execute.lock;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Why a volume is not locked.
final class Refusals {

    private Refusals() {}

    static Refusal inUse(Path dataDirectory, String user, Duration waited) {
        return new Refusal(
                ExitCode.BUSY,
                "cannot use %s: it is %s; waited %s s (VOLUME_WAIT)"
                        .formatted(dataDirectory, user, waited.toSeconds()),
                """
                stop its user first: two servers on one volume destroy it. An update must stop the \
                old container before it starts the new one (Kubernetes: a StatefulSet, or strategy \
                Recreate)\
                """);
    }

    static Refusal notWritable(Path dataDirectory, IOException e) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot lock %s: %s".formatted(dataDirectory, e),
                "check the volume, and whether root may write to it",
                e);
    }
}
