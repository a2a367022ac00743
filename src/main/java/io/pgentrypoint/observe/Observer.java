package io.pgentrypoint.observe;

import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Looks at everything a plan depends on. It changes nothing.
public final class Observer {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Observer() {}

    public static Observed look(Settings settings, Programs programs) {
        Observed volume = lookAtVolume(settings, programs);
        return new Observed(
                volume.installation(),
                volume.dataDirectory(),
                upstream(settings, programs),
                volume.initScripts(),
                new SurroundingsReader(settings, programs, TIMEOUT).read(true));
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
        return new Observed(
                installation,
                dataDirectory,
                Optional.empty(),
                InitScripts.names(),
                new SurroundingsReader(settings, programs, TIMEOUT).read(false));
    }

    /// The control data of a clone, before it is shown to anybody.
    public static ControlData controlData(
            Path directory,
            Installation installation,
            Map<String, String> environment,
            Programs programs) {
        try {
            return new ControlDataReader(installation, environment, programs).read(directory);
        } catch (Unreadable e) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot use what was cloned into " + directory + ": " + e.why(),
                    "look at the primary; what was copied is thrown away at the next start");
        }
    }

    /// What pg_controldata calls the cluster's state; why it cannot be known, where it cannot.
    public static String clusterState(
            Path directory,
            Installation installation,
            Map<String, String> environment,
            Programs programs) {
        try {
            return new ControlDataReader(installation, environment, programs)
                    .read(directory)
                    .state();
        } catch (Unreadable e) {
            return "unreadable: " + e.why();
        }
    }

    private static Optional<Upstream> upstream(Settings settings, Programs programs) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _, Mode.Patroni _ -> Optional.empty();
            case Mode.NativeReplica replica ->
                    Optional.of(
                            programs.orStop(() ->
                                    new UpstreamReader().ask(replica, settings.port(), TIMEOUT)));
        };
    }
}
