package io.pgentrypoint.run;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of a start in one line.
///
/// @param settings with the role that was decided
/// @param since when the start began
record ReadyLine(Settings settings, Instant since) {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyLine.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /// Where something is still to be done first, it is said once that is done.
    ///
    /// @param finished whether that is done
    void say(BooleanSupplier finished, StopRequest stop) {
        if (finished.getAsBoolean() && !recovers()) {
            LOG.info("{}", text());
            return;
        }
        Thread.ofPlatform()
                .daemon()
                .name("ready")
                .start(() -> {
                    try {
                        while (!finished.getAsBoolean() || recovers()) {
                            stop.pause(BETWEEN_LOOKS);
                            stop.throwIfRequested();
                        }
                        LOG.info("{}", text());
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    }
                });
    }

    /// A server that is being restored lets sessions in to read.
    private boolean recovers() {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _, Mode.NativeAuto _ ->
                    !takesWrites() && !Files.exists(layout().standbySignal());
            case Mode.NativeReplica _, Mode.Patroni _ -> false;
        };
    }

    private boolean takesWrites() {
        try {
            return ControlFile.isInProduction(settings.dataDirectory());
        } catch (IOException e) {
            LOG.debug("Cannot look at pg_control", e);
            return false;
        }
    }

    private Layout layout() {
        return new Layout(settings.dataDirectory());
    }

    private String text() {
        Duration took = Duration.between(since, Instant.now());
        return "ready: %s, after %s"
                .formatted(server(), Measures.seconds(Math.max(0, took.toMillis()) / 1e3));
    }

    private String server() {
        boolean takesWrites = takesWrites();
        String place =
                "%s on port %d".formatted(takesWrites ? writing() : reading(), settings.port());
        // Of a standby the last checkpoint may be on a timeline that its primary has left.
        return takesWrites ? place + timeline() : place;
    }

    private String timeline() {
        try {
            return ", timeline %d".formatted(ControlFile.timeline(settings.dataDirectory()));
        } catch (IOException e) {
            LOG.debug("Cannot look at pg_control", e);
            return "";
        }
    }

    private String writing() {
        return settings.mode() instanceof Mode.Standalone ? "standalone" : "primary";
    }

    private String reading() {
        return switch (settings.mode()) {
            case Mode.Standalone _ -> "standalone standby";
            case Mode.NativeReplica replica -> "replica of %s".formatted(replica.primary());
            case Mode.NativePrimary _, Mode.NativeAuto _, Mode.Patroni _ -> "replica";
        };
    }
}
