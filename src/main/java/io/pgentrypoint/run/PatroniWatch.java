package io.pgentrypoint.run;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.patroni.DcsDrift;
import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.patroni.RestApi;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits until a Patroni cluster has a leader: what the store holds otherwise than the
/// environment asks for, and the end of a guard. And what waits until this member leads, which may
/// be long after: of members that are restarted one after the other none leads at its start.
final class PatroniWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PatroniWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_BETWEEN_REMINDERS = 30;

    private final Mode.Patroni patroni;
    private final Configure.WritePatroniFiles written;
    private final Path data;
    private final StopRequest stop;
    private final BooleanSupplier wanted;
    private final Runnable reload;
    private final Consumer<LocalServer> onceLeading;
    private final RestApi api;

    /// @param wanted false once another watch has taken the place of this one
    /// @param reload renders the configuration anew and has Patroni read it
    /// @param onceLeading done when this member leads
    PatroniWatch(
            Mode.Patroni patroni,
            Configure.WritePatroniFiles written,
            Path data,
            StopRequest stop,
            BooleanSupplier wanted,
            Runnable reload,
            Consumer<LocalServer> onceLeading) {
        this.patroni = patroni;
        this.written = written;
        this.data = data;
        this.stop = stop;
        this.wanted = wanted;
        this.reload = reload;
        this.onceLeading = onceLeading;
        this.api = RestApi.of(patroni.given());
    }

    /// On a thread of its own: it may take as long as the cluster has no leader.
    void start(LocalServer server) {
        Thread.ofPlatform()
                .daemon()
                .name("patroni")
                .start(() -> {
                    try {
                        watch(server);
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    }
                });
    }

    private void watch(LocalServer server) {
        for (int look = 1; wanted.getAsBoolean(); look++) {
            Optional<String> leader = api.leader();
            if (leader.isPresent()) {
                LOG.info("{} leads {}", leader.get(), patroni.scope());
                sayDrift();
                if (written.guarded() && !leader.get().equals(patroni.name())) {
                    LOG.info("From now on this member may lead too");
                    // Another watch follows.
                    reload.run();
                } else {
                    awaitLead(server);
                }
                return;
            }
            if (written.guarded() && look % LOOKS_BETWEEN_REMINDERS == 0) {
                LOG.warn(
                        """
                        {} has no leader yet, and this volume is a standby's: waiting for \
                        the volume of the former primary. If that volume is lost, promote \
                        this one first, as a native node\
                        """,
                        patroni.scope());
            }
            stop.pause(BETWEEN_LOOKS);
        }
    }

    private void awaitLead(LocalServer server) {
        while (wanted.getAsBoolean()) {
            if (takesWrites()) {
                onceLeading.accept(server);
                return;
            }
            stop.pause(BETWEEN_LOOKS);
        }
    }

    /// As the one that leads does. A member that is cloned anew has no such file meanwhile.
    private boolean takesWrites() {
        try {
            return ControlFile.isInProduction(data);
        } catch (IOException e) {
            return false;
        }
    }

    private void sayDrift() {
        List<String> drift =
                api.dynamicConfiguration()
                        .map(held ->
                                DcsDrift.between(
                                        PatroniConfiguration.shared(written.files()), held))
                        .orElse(List.of());
        if (!drift.isEmpty()) {
            LOG.warn(
                    """
                    The DCS holds other values than the environment asks for, and the DCS \
                    wins (patronictl edit-config changes it): {}\
                    """,
                    String.join("; ", drift));
        }
    }
}
