package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint;
import io.pgentrypoint.execute.Ownership;
import io.pgentrypoint.execute.VolumeLock;
import io.pgentrypoint.observe.Preflight;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Phase;
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
        Relay relay = Relay.unchanged();
        VolumeLock lock = null;
        int code = 0;
        try {
            Settings settings = RunCommand.settings(List.of());
            relay = RunCommand.relay(settings.logFormat());
            Progress progress = new Progress();
            lock = new VolumeLock(settings, stop, progress);
            Ownership.settle(settings, lock::take);
            Preflight.check(settings, new Programs(stop));
            lock.take();
            Supervisor supervisor = RunCommand.supervisor(settings, stop, progress);
            new Entrypoint(settings, stop, supervisor, progress, _ -> {}, relay).init();
        } catch (RuntimeException | Error e) {
            code = LastWords.ofNode(e, Phase.PREPARING, relay);
        }
        if (lock != null) {
            lock.close();
        }
        signals.exit(code);
        return code;
    }
}
