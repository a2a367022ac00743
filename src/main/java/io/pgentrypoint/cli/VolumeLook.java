package io.pgentrypoint.cli;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/// Looks at the volume for commands that only report. They come from `docker exec` too, beside a
/// node that runs.
final class VolumeLook {

    private VolumeLook() {}

    /// As the user who would run the server: root here may have fewer rights than that one.
    static Observed look(Settings settings) {
        if (Identity.current().isRoot()) {
            Identity.account("postgres")
                    .filter(account -> owns(account, settings))
                    .ifPresent(VolumeLook::stepDownTo);
        }
        return Observer.look(settings, new Programs(new StopRequest()));
    }

    private static boolean owns(Identity.Account account, Settings settings) {
        try {
            return Files.getAttribute(settings.dataDirectory(), "unix:uid").equals(account.uid());
        } catch (IOException e) {
            // It is not there yet, and a start would make it.
            return false;
        }
    }

    private static void stepDownTo(Identity.Account account) {
        try {
            Identity.stepDownTo(account.name(), account.uid(), account.gid());
        } catch (Refusal e) {
            org.slf4j.LoggerFactory.getLogger(VolumeLook.class).debug("Looking as root", e);
        }
    }

    /// What a reader has to know first: the node that runs did other things at its start.
    static Optional<String> running(Observed observed) {
        return observed.volume().postmasterPid() instanceof PostmasterPid.Live(long pid)
                ? Optional.of(
                        "a server runs on it (process %d): this is what its next start would do"
                                .formatted(pid))
                : Optional.empty();
    }
}
