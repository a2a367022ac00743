package io.pgentrypoint.cli;

import io.pgentrypoint.execute.lock.VolumeLock;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.run.Entrypoint;
import io.pgentrypoint.run.Milestone;
import io.pgentrypoint.run.VolumeListener;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.supervise.Supervisor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// For init containers.
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Prepare the data directory and exit; once it is ready, nothing changes.")
final class InitCommand implements Callable<Integer> {

    private static final String ENSURE = "docker-ensure-initdb.sh";
    private static final String ENFORCE = "docker-enforce-initdb.sh";

    /// What the official image calls its scripts for init containers and for CI.
    static final Set<String> OFFICIAL_NAMES = Set.of(ENSURE, ENFORCE);

    @Override
    public Integer call() {
        return initialize(List.of(), "");
    }

    /// Does not return.
    ///
    /// @param words arguments of the server, with or without its name before them
    static void byOfficialName(String name, List<String> words) {
        boolean named = !words.isEmpty() && words.getFirst().equals("postgres");
        initialize(named ? words.subList(1, words.size()) : words, name);
    }

    private static int initialize(List<String> serverArguments, String officialName) {
        // Before the first line: also that one has the format asked for.
        Logging.configure("info", SystemEnvironment.logFormat());
        Identity.forbidNewPrivileges();
        StopRequest stop = new StopRequest();
        Signals signals = RunCommand.signals(stop);
        Relay relay = Relay.unchanged();
        VolumeLock lock = null;
        int code = 0;
        try {
            Settings settings = stop.orStop(() -> RunCommand.settings(serverArguments));
            relay = RunCommand.relay(settings.logFormat());
            Progress progress = new Progress();
            lock = new VolumeLock(settings, stop, progress);
            Supervisor supervisor = RunCommand.supervisor(settings, stop, progress);
            Existing existing = new Existing(officialName, settings, stop);
            new Entrypoint(
                            settings,
                            stop,
                            supervisor,
                            progress,
                            lock,
                            InitCommand::printWarning,
                            relay)
                    .init(existing);
            code = existing.code;
        } catch (RuntimeException | Error e) {
            code = FailureReport.ofNode(e, stop.failure(), Phase.PREPARING, relay);
        }
        RunCommand.end(signals, lock, code);
        return code;
    }

    /// By an official name nothing is done where there is a cluster, whoever has it.
    private static final class Existing implements VolumeListener {
        private final String officialName;
        private final Settings settings;
        private final StopRequest stop;
        private int code;

        Existing(String officialName, Settings settings, StopRequest stop) {
            this.officialName = officialName;
            this.settings = settings;
            this.stop = stop;
        }

        @Override
        public boolean accessible() {
            if (officialName.isEmpty() || !exists()) {
                return true;
            }
            boolean wanted = officialName.equals(ENSURE);
            String text =
                    "%s: %s in '%s'!"
                            .formatted(
                                    officialName,
                                    wanted
                                            ? "note: database already initialized"
                                            : "error: (unexpected) database found",
                                    settings.dataDirectory());
            System.err.println(
                    switch (SystemEnvironment.logFormat()) {
                        case TEXT -> text;
                        case JSON -> Logging.json(text);
                    });
            code = wanted ? 0 : 1;
            return false;
        }

        private boolean exists() {
            return Observer.lookAtVolume(settings, new Programs(stop)).dataDirectory()
                    instanceof DataDirectory.Cluster;
        }

        @Override
        public void taken() {}
    }

    private static void printWarning(Milestone milestone) {
        if (milestone == Milestone.TRUSTING) {
            Banner.print(milestone);
        }
    }
}
