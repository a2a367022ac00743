package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint;
import io.pgentrypoint.execute.Ownership;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.supervise.NodeQuery;
import io.pgentrypoint.supervise.StatusSocket;
import io.pgentrypoint.supervise.Supervisor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// The whole sequence, then supervision.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Prepare the data directory and run the server (the default).")
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SERVER ARGUMENT", description = "Passed on to postgres, after --.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        run(arguments);
        return 0;
    }

    /// Does not return: this program ends with the server.
    static void run(List<String> serverArguments) {
        StopRequest stop = new StopRequest();
        Signals signals = Signals.install(signal -> beforeTheServer(signal, stop));
        int code;
        try {
            Settings settings = SystemEnvironment.settings(serverArguments);
            Logging.configure(settings.logLevel(), settings.logFormat());
            settings.warnings().forEach(LastWords::say);
            Supervisor supervisor = supervisor(settings, stop);
            Ownership.settle(settings);
            StatusSocket.serve(settings.port(), supervisor::status);
            code = new Entrypoint(settings, stop, supervisor, Banner::print).run(signals);
        } catch (RuntimeException | Error e) {
            code = LastWords.say(e);
        }
        signals.exit(code);
    }

    static Supervisor supervisor(Settings settings, StopRequest stop) {
        return new Supervisor(
                settings.dataDirectory(),
                stop,
                settings.stopGrace(),
                new NodeQuery(
                        settings.superuser().name(),
                        settings.superuser().password(),
                        settings.mode() instanceof Mode.NativeReplica));
    }

    /// Nothing runs yet that could take another signal.
    static void beforeTheServer(Signal signal, StopRequest stop) {
        switch (signal) {
            case TERM, INT, QUIT -> stop.request(signal);
            case HUP, KILL, USR1, USR2, CHLD -> {}
        }
    }
}
