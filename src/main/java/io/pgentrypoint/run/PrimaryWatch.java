package io.pgentrypoint.run;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.plan.mode.RolePlan;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for another primary while the one that this standby follows is none. Who that is the other
/// nodes say; nobody is promoted here.
final class PrimaryWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Settings settings;
    private final Programs programs;
    private final StopRequest stop;

    /// @param settings with the list of all nodes
    PrimaryWatch(Settings settings, Programs programs, StopRequest stop) {
        this.settings = settings;
        this.programs = programs;
        this.stop = stop;
    }

    /// @param followed by this standby; empty once it is none any more
    void start(Supplier<Optional<UpstreamServer>> followed, Consumer<UpstreamServer> follow) {
        Thread.ofPlatform()
                .daemon()
                .name("primary")
                .start(() -> {
                    try {
                        watch(followed, follow);
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    }
                });
    }

    private void watch(
            Supplier<Optional<UpstreamServer>> followed, Consumer<UpstreamServer> follow) {
        while (true) {
            stop.pause(PAUSE);
            stop.throwIfRequested();
            Optional<UpstreamServer> upstream = followed.get();
            if (upstream.isEmpty()) {
                return;
            }
            try {
                if (isPromoted()) {
                    return;
                }
                if (!Observer.takesWrites(upstream.get(), settings, programs)) {
                    look(upstream.get(), follow);
                }
            } catch (Refusal | IOException e) {
                LOG.debug("Cannot look for the primary", e);
            }
        }
    }

    private boolean isPromoted() throws IOException {
        return ControlFile.isInProduction(settings.dataDirectory());
    }

    private void look(UpstreamServer upstream, Consumer<UpstreamServer> follow) {
        RolePlan.primary(settings, Observer.lookWhileRunning(settings, programs))
                .filter(primary -> !primary.address().equals(upstream.address()))
                .ifPresent(primary -> {
                    LOG.info(
                            "{} takes writes now, and {} does not: this standby follows {}",
                            primary.address(),
                            upstream.address(),
                            primary.address());
                    follow.accept(primary);
                });
    }
}
