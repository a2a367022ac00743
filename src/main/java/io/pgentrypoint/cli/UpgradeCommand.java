package io.pgentrypoint.cli;

import io.pgentrypoint.execute.lock.VolumeLock;
import io.pgentrypoint.plan.mode.UpgradeEnding;
import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.plan.step.EndingPlan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.probe.ControlClient;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Signals;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.run.Entrypoint;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Ends an upgrade to another major version: by PID 1 where a node runs, by itself on the volume of
/// a node at rest.
@Command(
        name = UpgradeControl.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Delete the cluster that an upgrade has kept, or put it back.",
            """
            The upgrade itself is a start with UPGRADE=copy or link. Without a node that \
            runs here, this command takes the volume; give it the variables of the node.\
            """
        })
final class UpgradeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Asked asked = new Asked();

    /// One of them.
    @SuppressWarnings("UnusedVariable") // picocli sets both
    private static final class Asked {
        @Option(
                names = "--finish",
                description =
                        """
                        Delete the old cluster now, whatever UPGRADE_KEEP says: there is no way \
                        back then. A running node goes on meanwhile.\
                        """)
        private boolean finish;

        @Option(
                names = "--revert",
                description =
                        """
                        Put the old cluster of UPGRADE=copy back, on the volume of a stopped \
                        node; what was written since the upgrade moves aside. Then start the old \
                        image.\
                        """)
        private boolean revert;

        private Ending ending() {
            return finish ? Ending.FINISH : Ending.REVERT;
        }
    }

    @Option(names = "--dry-run", description = "Check everything, print the plan, do nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try {
            if (ControlClient.answers(SystemEnvironment.port())) {
                Signals.endOnStop();
                return ControlOrder.give(
                        spec, "end an upgrade", UpgradeControl.words(asked.ending(), dryRun));
            }
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("cannot ask whether a node runs here: " + e.getMessage());
            return ExitCode.UNAVAILABLE.code();
        }
        return dryRun ? look() : end(asked.ending());
    }

    private EndingPlan plan(Settings settings) {
        return UpgradeEnding.plan(asked.ending(), settings, VolumeLook.lookAtVolume(settings));
    }

    private int look() {
        try {
            PlanText.lines(plan(SystemEnvironment.settings(List.of()))).forEach(this::print);
            return 0;
        } catch (InvalidSettings invalid) {
            return FailureReport.say(invalid);
        } catch (Refusal refusal) {
            return FailureReport.say(refusal);
        }
    }

    /// Nothing is taken, and no directory made, where nothing is to be done.
    private int end(Ending ending) {
        Logging.configure("info", SystemEnvironment.logFormat());
        Identity.forbidNewPrivileges();
        StopRequest stop = new StopRequest();
        Signals signals = RunCommand.signals(stop);
        Relay relay = Relay.unchanged();
        VolumeLock lock = null;
        int code = 0;
        try {
            Settings settings = stop.orStop(() -> RunCommand.settings(List.of()));
            relay = RunCommand.relay(settings.logFormat());
            EndingPlan plan = plan(settings);
            if (plan.steps().isEmpty()) {
                PlanText.lines(plan).forEach(this::print);
            } else {
                Progress progress = new Progress();
                lock = new VolumeLock(settings, stop, progress);
                new Entrypoint(
                                settings,
                                stop,
                                RunCommand.supervisor(settings, stop, progress),
                                progress,
                                lock,
                                _ -> {},
                                relay)
                        .endUpgradeAtRest(ending, this::print);
            }
        } catch (RuntimeException | Error e) {
            code = FailureReport.ofNode(e, stop.failure(), Phase.PREPARING, relay);
        }
        RunCommand.end(signals, lock, code);
        return code;
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
