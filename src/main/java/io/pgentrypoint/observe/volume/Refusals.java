package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.AccessDeniedException;

/// Why a volume is not used, and what a limit of the container has ended.
final class Refusals {

    private Refusals() {}

    static Refusal perhapsInUse(Layout layout, String reason, IOException e) {
        boolean denied = e instanceof AccessDeniedException;
        return new Refusal(
                denied ? ExitCode.CANNOT_CREATE : ExitCode.IO,
                "cannot tell whether %s is in use: cannot look at %s: %s"
                        .formatted(layout.dataDirectory(), layout.lockOwner(), reason),
                denied
                        ? """
                        give it to the user of this container with all it holds, or start the \
                        container with --user and its owner\
                        """
                        : "check the volume and its file system",
                e);
    }

    static Refusal noMemory(Refusal end, String limit) {
        return new Refusal(
                ExitCode.SYSTEM,
                "%s. The kernel killed it because %s was reached".formatted(end.reason(), limit),
                """
                give this container more memory (docker --memory, Kubernetes: limits.memory): a \
                first boot needs %s\
                """
                        .formatted(Measures.bytes(ContainerLimits.LEAST_MEMORY)),
                end);
    }

    static Refusal noProcesses(Refusal end, String limit) {
        return new Refusal(
                ExitCode.SYSTEM,
                "%s. The kernel started no more processes because %s was reached"
                        .formatted(end.reason(), limit),
                """
                raise the limit of this container (docker --pids-limit, systemd TasksMax, \
                ulimit -u): a node needs %d and one more for each connection\
                """
                        .formatted(ContainerLimits.LEAST_PROCESSES),
                end);
    }
}
