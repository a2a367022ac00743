package io.pgentrypoint.cli;

import io.pgentrypoint.connect.Login;
import io.pgentrypoint.execute.StandbysFile;
import io.pgentrypoint.execute.lock.VolumeLock;
import io.pgentrypoint.patroni.RestApi;
import io.pgentrypoint.probe.Inquirer;
import io.pgentrypoint.probe.KnownStandbys;
import io.pgentrypoint.probe.Listener;
import io.pgentrypoint.probe.NodePage;
import io.pgentrypoint.probe.NodeProbe;
import io.pgentrypoint.probe.ProbeServer;
import io.pgentrypoint.probe.Recovery;
import io.pgentrypoint.probe.StatusSocket;
import io.pgentrypoint.probe.StreamWatch;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.ThisProcess;
import io.pgentrypoint.process.VitalThread;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.ServerLine;
import io.pgentrypoint.run.Entrypoint;
import io.pgentrypoint.run.Milestone;
import io.pgentrypoint.run.VolumeListener;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.supervise.StopSchedule;
import io.pgentrypoint.supervise.Supervisor;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        // Before the first line: also that one has the format asked for.
        Logging.configure("info", SystemEnvironment.logFormat());
        Identity.forbidNewPrivileges();
        StopRequest stop = new StopRequest();
        Signals signals = signals(stop);
        Relay relay = Relay.unchanged();
        Progress progress = new Progress();
        VolumeLock lock = null;
        int code;
        try {
            Settings settings = stop.orStop(() -> settings(serverArguments));
            relay = relay(settings.logFormat());
            Supervisor supervisor = supervisor(settings, stop, progress);
            lock = new VolumeLock(settings, stop, progress);
            Entrypoint entrypoint =
                    new Entrypoint(
                            settings,
                            stop,
                            supervisor,
                            progress,
                            lock,
                            milestone -> passed(milestone, settings),
                            relay);
            Relay output = relay;
            code =
                    entrypoint.run(
                            signals,
                            () -> SystemEnvironment.settings(serverArguments),
                            new Answering(
                                    lock,
                                    () ->
                                            answer(
                                                    settings,
                                                    serverArguments,
                                                    stop,
                                                    progress,
                                                    supervisor,
                                                    output,
                                                    entrypoint)));
            stop.failure().ifPresent(RunCommand::refuseToCallItAStop);
        } catch (RuntimeException | Error e) {
            code = FailureReport.ofNode(e, stop.failure(), progress.phase(), relay);
        }
        end(signals, lock, code);
    }

    private static void passed(Milestone milestone, Settings settings) {
        // A first boot or a clone has brought the server's configuration.
        LogZone.ofServer(settings);
        Banner.print(milestone);
    }

    /// Begins to answer as early as it may: another process of this container that has the volume
    /// answers for the node until it ends.
    private static final class Answering implements VolumeListener {
        private final VolumeLock lock;
        private final Runnable answer;
        private boolean answers;

        Answering(VolumeLock lock, Runnable answer) {
            this.lock = lock;
            this.answer = answer;
        }

        @Override
        public boolean accessible() {
            if (!lock.isNeighbours()) {
                begin();
            }
            return true;
        }

        @Override
        public void taken() {
            if (!answers) {
                begin();
            }
        }

        private void begin() {
            answers = true;
            answer.run();
        }
    }

    /// Signals come first: without the thread that takes them nothing is begun.
    static Signals signals(StopRequest stop) {
        try {
            // Loads what a stop will need, while there is heap for it.
            beforeTheServer(Signal.CHLD, stop);
            return Signals.install(signal -> beforeTheServer(signal, stop), stop);
        } catch (OutOfMemoryError e) {
            ThisProcess.end(FailureReport.say(e));
            throw e;
        }
    }

    private static void refuseToCallItAStop(String thread) {
        throw CommandRefusals.threadEnded(thread);
    }

    /// Whatever fails here, this process ends: PID 1 does not live on after its work.
    static void end(Signals signals, @Nullable VolumeLock lock, int code) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (RuntimeException | Error e) {
            VitalThread.say("a bug: the volume is given back by the end of this process", e);
        }
        signals.exit(code);
    }

    /// Parsed, and said what is odd about them.
    static Settings settings(List<String> serverArguments) {
        // Also what is said of wrong settings has the format asked for.
        Logging.configure("info", SystemEnvironment.logFormat());
        Settings settings = SystemEnvironment.settings(serverArguments);
        Logging.configure(settings.logLevel(), settings.logFormat());
        LogZone.ofServer(settings);
        settings.warnings().forEach(FailureReport::say);
        return settings;
    }

    static Relay relay(LogFormat format) {
        return switch (format) {
            case TEXT -> Relay.unchanged();
            case JSON -> Relay.lines(ServerLine::json);
        };
    }

    static Supervisor supervisor(Settings settings, StopRequest stop, Progress progress) {
        return new Supervisor(
                settings.dataDirectory(),
                stop,
                schedule(settings),
                login(settings),
                progress,
                settings.mode() instanceof Mode.Patroni);
    }

    /// From here on probes and status get an answer, long before there is a server.
    private static void answer(
            Settings settings,
            List<String> serverArguments,
            StopRequest stop,
            Progress progress,
            Supervisor supervisor,
            Relay relay,
            Entrypoint entrypoint) {
        Following following = Following.of(settings.mode());
        StreamWatch stream =
                new StreamWatch(() -> relay.lastLines(StreamWatch.lines()), following.remedy());
        if (following.watched()) {
            stream.watch();
        }
        Layout layout = new Layout(settings.dataDirectory());
        NodeProbe node =
                new NodeProbe(
                        progress,
                        supervisor::server,
                        supervisor::file,
                        new Inquirer(
                                settings.dataDirectory(),
                                login(settings),
                                () -> login(asNow(settings, serverArguments)),
                                settings.superuser().database()),
                        () -> recovery(settings),
                        entrypoint::unfinished,
                        stream,
                        new KnownStandbys(
                                () -> StandbysFile.read(layout),
                                standbys -> StandbysFile.write(layout, standbys)),
                        () ->
                                settings.mode() instanceof Mode.Patroni patroni
                                        ? RestApi.of(patroni.given()).member()
                                        : Optional.empty(),
                        entrypoint::certificateEnd);
        Listener listener = Listener.start();
        StatusSocket.serve(
                listener,
                settings.port(),
                node,
                Map.of(
                        PromoteControl.NAME, new PromoteControl(entrypoint),
                        SwitchoverControl.NAME, new SwitchoverControl(entrypoint),
                        UpgradeControl.NAME, new UpgradeControl(entrypoint)));
        settings.probePort()
                .ifPresent(port ->
                        ProbeServer.serve(
                                listener,
                                port,
                                node,
                                stop::failure,
                                settings.probePage()
                                        ? Optional.of(page(settings, serverArguments, node)::text)
                                        : Optional.empty()));
    }

    private static NodePage page(Settings settings, List<String> serverArguments, NodeProbe node) {
        return new NodePage(
                SystemEnvironment.hostName(),
                settings.mode().title(),
                node,
                status -> ClusterOfPage.look(asNow(settings, serverArguments), status));
    }

    /// A file that it comes from may have changed; whatever is wrong with it, a reload says.
    private static Settings asNow(Settings settings, List<String> serverArguments) {
        try {
            return SystemEnvironment.settings(serverArguments);
        } catch (InvalidSettings | Refusal e) {
            return settings;
        }
    }

    private static Login login(Settings settings) {
        return new Login(settings.superuser().name(), settings.superuser().password());
    }

    /// By the signal files that the server itself goes by; it removes them when recovery ends.
    private static Recovery recovery(Settings settings) {
        boolean standby = Files.exists(new Layout(settings.dataDirectory()).standbySignal());
        return switch (settings.mode()) {
            case Mode.Standalone _ -> standby ? Recovery.MAY_LAST : Recovery.MUST_END;
            // It may come up as the standby of a peer.
            case Mode.NativePrimary _, Mode.NativeAuto _ ->
                    standby ? Recovery.MUST_STREAM : Recovery.MUST_END;
            case Mode.NativeReplica _, Mode.Patroni _ -> Recovery.MUST_STREAM;
        };
    }

    /// @param watched whether we say why a standby does not stream; Patroni says it itself
    /// @param remedy the variables that make a start clone it anew
    private record Following(boolean watched, String remedy) {

        private static final String RECLONE = "REJOIN=reclone";

        static Following of(Mode mode) {
            return switch (mode) {
                case Mode.Standalone _, Mode.Patroni _ -> new Following(false, RECLONE);
                // It may come up as the standby of a peer, and REJOIN has no say there.
                case Mode.NativePrimary primary ->
                        new Following(
                                !primary.asked().isEmpty(),
                                "REPLICATION_ROLE=replica, PRIMARY_HOST and " + RECLONE);
                case Mode.NativeReplica _, Mode.NativeAuto _ -> new Following(true, RECLONE);
            };
        }
    }

    private static StopSchedule schedule(Settings settings) {
        return switch (settings.stopMode()) {
            case FAST -> StopSchedule.fast(settings.stopGrace());
            case SMART -> StopSchedule.smart(settings.stopGrace());
            case IMMEDIATE -> StopSchedule.immediate();
        };
    }

    /// Nothing runs yet that could take another signal.
    static void beforeTheServer(Signal signal, StopRequest stop) {
        switch (signal) {
            case TERM, INT, QUIT -> stop.request(signal);
            case HUP, KILL, USR1, USR2, CHLD -> {}
        }
    }
}
