package io.pgentrypoint.observe;

import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Looks at everything a plan depends on. It changes nothing.
public final class Observer {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Observer() {}

    public static Observed look(Settings settings, Programs programs) {
        Observed volume = lookAtVolume(settings, programs);
        return new Observed(volume.installation(), volume.dataDirectory(), upstream(settings));
    }

    /// Without asking the upstream.
    public static Observed lookAtVolume(Settings settings, Programs programs) {
        Map<String, String> environment = settings.childEnvironment();
        Installation installation = new InstallationFinder(environment, programs).find();
        DataDirectory dataDirectory =
                new DataDirectoryReader(
                                new ControlDataReader(installation, environment, programs),
                                installation.major())
                        .read(new Layout(settings.dataDirectory()));
        return new Observed(installation, dataDirectory, Optional.empty());
    }

    private static Optional<Upstream> upstream(Settings settings) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _ -> Optional.empty();
            case Mode.NativeReplica replica ->
                    Optional.of(new UpstreamReader().ask(replica, settings.port(), TIMEOUT));
        };
    }
}
