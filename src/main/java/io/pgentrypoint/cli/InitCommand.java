package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint;
import io.pgentrypoint.execute.Ownership;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.supervise.Supervisor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// For init containers.
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Prepare the data directory and exit; once it is ready, nothing changes.")
final class InitCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        StopRequest stop = new StopRequest();
        Signals signals = Signals.install(signal -> RunCommand.beforeTheServer(signal, stop));
        int code = 0;
        try {
            Settings settings = SystemEnvironment.settings(List.of());
            Logging.configure(settings.logLevel(), settings.logFormat());
            settings.warnings().forEach(LastWords::say);
            Ownership.settle(settings);
            Progress progress = new Progress();
            Supervisor supervisor = RunCommand.supervisor(settings, stop, progress);
            new Entrypoint(settings, stop, supervisor, progress, _ -> {}).init();
        } catch (RuntimeException e) {
            code = LastWords.say(e);
        }
        signals.exit(code);
        return code;
    }
}
