package io.pgentrypoint.cli;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.access.AccessReader;
import io.pgentrypoint.observe.access.Purpose;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Looks at the volume for commands that only report, as a start does it, and touches nothing. They
/// come from `docker exec` too, beside a node that runs.
final class VolumeLook {

    private VolumeLook() {}

    /// @param planned told what a start would do before it reads the volume
    static Observed look(Settings settings, Consumer<TakeOverPlan> planned) {
        return Observer.look(settings, asServerUser(settings, planned));
    }

    /// Without asking other nodes.
    static Observed lookAtVolume(Settings settings) {
        return Observer.lookAtVolume(settings, asServerUser(settings, _ -> {}));
    }

    private static Programs asServerUser(Settings settings, Consumer<TakeOverPlan> planned) {
        Programs programs = new Programs(new StopRequest());
        TakeOverPlan first = Planner.plan(settings, AccessReader.look(settings, programs));
        planned.accept(first);
        if (becomesServerUser(first.steps()) && first.steps().size() == 1) {
            planned.accept(Planner.plan(settings, AccessReader.look(settings, programs)));
        }
        return programs;
    }

    /// With the role that a start would decide now; one that waits has none yet.
    static Settings inRole(Settings asked, Observed seen) {
        return asked.mode() instanceof Mode.NativeAuto
                        && Planner.plan(asked, seen).next()
                                instanceof NextAction.Become(var role, _)
                ? asked.with(role)
                : asked;
    }

    /// What a start would do.
    ///
    /// @param observed in the role that this node has
    record Decided(Settings settings, Observed observed, Plan plan) {}

    /// @param role told the plan that decides the role, where that is not in the environment
    static Decided decide(Settings asked, Observed seen, Consumer<Plan> role) {
        Settings settings = asked;
        Observed observed = seen;
        Plan plan = Planner.plan(settings, observed);
        while (plan.next() instanceof NextAction.Become(var mode, _)) {
            role.accept(plan);
            settings = asked.with(mode);
            observed = Observer.look(settings, new Programs(new StopRequest()));
            plan = Planner.plan(settings, observed);
        }
        return new Decided(settings, observed, plan);
    }

    /// Root here may have fewer rights than the server's user; where that user's files are still to
    /// be given, root sees more.
    private static boolean becomesServerUser(List<PlannedTakeOver> steps) {
        Optional<ServerUser> user = Optional.empty();
        for (PlannedTakeOver planned : steps) {
            switch (planned.step()) {
                case TakeOver.StepDown(ServerUser found) -> user = Optional.of(found);
                case TakeOver.MakeForServerUser(_, Purpose.Sockets _, _, _) -> {}
                case TakeOver.GiveToServerUser(_, Purpose.Sockets _, _, _) -> {}
                case TakeOver.MakeForServerUser _,
                        TakeOver.GiveToServerUser _,
                        TakeOver.HoldVolume _,
                        TakeOver.GiveRootsFiles _,
                        TakeOver.CloseToOthers _,
                        TakeOver.TakeVolume _ -> {
                    return false;
                }
            }
        }
        return user.map(VolumeLook::isNow).orElse(false);
    }

    private static boolean isNow(ServerUser user) {
        try {
            Identity.stepDownTo(user.name(), user.uid(), user.gid());
            return true;
        } catch (Refusal e) {
            LoggerFactory.getLogger(VolumeLook.class).debug("Looking as root", e);
            return false;
        }
    }

    /// What a reader has to know first: the node that runs did other things at its start.
    static Optional<String> running(Observed observed) {
        return observed.volume().postmasterPid() instanceof PostmasterPid.Live(long pid)
                ? Optional.of(
                        "a server runs on it (process %d): this is what its next start would do"
                                .formatted(pid))
                : Optional.empty();
    }
}
