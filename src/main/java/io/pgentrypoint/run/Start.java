package io.pgentrypoint.run;

import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.execute.VolumeTakeOver;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.access.AccessReader;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Observe, plan, say, execute; and again where an effect changed what can be observed.
final class Start {

    /// A wait, a publication to finish, the clone: more rounds than that mean that two steps undo
    /// each other, or that the primary comes and goes.
    private static final int ROUNDS = 8;

    private final Settings settings;
    private final Programs programs;
    private final StopRequest stop;
    private final Progress progress;
    private final Milestones milestones;
    private final PlanLog log = new PlanLog();
    private List<String> answers = List.of();
    private long since = System.nanoTime();

    Start(
            Settings settings,
            Programs programs,
            StopRequest stop,
            Progress progress,
            Milestones milestones) {
        this.settings = settings;
        this.programs = programs;
        this.stop = stop;
        this.progress = progress;
        this.milestones = milestones;
    }

    /// A volume on which the server may start.
    ///
    /// @param settings with the role that was decided
    record Ready(
            Settings settings, Installation installation, Plan plan, NextAction.Launch launch) {}

    /// Nothing in the volume is relied upon before this process is the server's user and has it.
    ///
    /// @return whether the listener lets the start go on
    /// @throws Refusal when the volume is not for this process
    boolean takeOver(VolumeTakeOver volume, VolumeListener listener) {
        TakeOverPlan plan;
        do {
            plan = Planner.plan(settings, AccessReader.look(settings, programs));
            boolean last = plan.next() == TakeOverPlan.Next.READ_VOLUME;
            if (last && !listener.accessible()) {
                return false;
            }
            log.say(plan);
            volume.execute(plan.steps());
        } while (plan.next() != TakeOverPlan.Next.READ_VOLUME);
        listener.taken();
        return true;
    }

    /// @param first as what it is looked at first
    /// @throws Refusal when no server may start
    Ready prepare(Settings first, Function<Settings, Observed> look) {
        Settings now = first;
        answers = List.of();
        int round = 0;
        while (round < ROUNDS) {
            Observed observed = patience(look.apply(now));
            Plan plan = Planner.plan(now, observed);
            log.say(plan);
            execute(plan, now, observed.installation());
            if (!(now.mode() instanceof Mode.NativeAuto)) {
                round++;
            }
            switch (plan.next()) {
                case NextAction.Launch launch -> {
                    milestones.launching(observed);
                    return new Ready(now, observed.installation(), plan, launch);
                }
                case NextAction.Become(Mode role, _) -> now = settings.with(role);
                case NextAction.Replan _ -> now = again(now);
                case NextAction.Refuse(Refusal refusal) -> throw refusal;
            }
        }
        throw Refusals.endlessStart(ROUNDS);
    }

    /// A node that is to be the primary stays it while it gets ready: it may have made the cluster
    /// just now, and no other node has it yet. Whom a standby follows is decided anew.
    private Settings again(Settings now) {
        return now.mode() instanceof Mode.NativePrimary ? now : settings;
    }

    /// For how long every node has said the same.
    private Observed patience(Observed observed) {
        List<String> said = observed.said();
        if (!said.equals(answers)) {
            answers = said;
            since = System.nanoTime();
        }
        return observed.waited(Duration.ofNanos(System.nanoTime() - since));
    }

    private void execute(Plan plan, Settings now, Installation installation) {
        milestones.before(plan);
        progress.enter(Phase.PREPARING);
        try (Executor executor = new Executor(now, installation, programs, stop, progress)) {
            executor.execute(plan.beforeLaunch());
        }
        milestones.after(plan);
    }
}
