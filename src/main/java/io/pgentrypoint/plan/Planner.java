package io.pgentrypoint.plan;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.access.Access;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.plan.mode.CitusSteps;
import io.pgentrypoint.plan.mode.PatroniPlan;
import io.pgentrypoint.plan.mode.PeeredPrimaryPlan;
import io.pgentrypoint.plan.mode.ReadWritePlan;
import io.pgentrypoint.plan.mode.RecordedState;
import io.pgentrypoint.plan.mode.ReplicaPlan;
import io.pgentrypoint.plan.mode.RolePlan;
import io.pgentrypoint.plan.mode.UpgradePlan;
import io.pgentrypoint.plan.mode.VolumeSteps;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Optional;

/// The decision table: rows are what the environment asks for, columns are what the volume is. Each
/// row is a file of its own; what no row accepts is refused here.
public final class Planner {

    private Planner() {}

    /// Decides.
    ///
    /// @throws Refusal when going on would be wrong
    public static Plan plan(Settings asked, Observed observed) {
        Settings settings = RecordedState.citus(RecordedState.name(asked, observed), observed);
        Optional<Plan> upgrade = UpgradePlan.finishing(settings, observed);
        if (upgrade.isPresent()) {
            return upgrade.get();
        }
        if (observed.dataDirectory() instanceof DataDirectory.OtherMajor other) {
            return UpgradePlan.plan(settings, observed, other);
        }
        refuseUnusable(settings, observed);
        CitusSteps.refuseWithoutCitus(settings, observed);
        CitusSteps.refuseAfterPatroniWithoutCitus(settings, observed);
        CitusSteps.requireLibrary(settings, observed);
        CitusSteps.refuseStandby(settings, observed);
        return switch (settings.mode()) {
            case Mode.Standalone() -> ReadWritePlan.standalone(settings, observed);
            case Mode.NativePrimary primary -> PeeredPrimaryPlan.plan(primary, settings, observed);
            case Mode.NativeAuto auto -> RolePlan.plan(auto, settings, observed);
            case Mode.NativeReplica replica -> ReplicaPlan.plan(replica, settings, observed);
            case Mode.Patroni patroni -> PatroniPlan.plan(patroni, settings, observed);
        };
    }

    /// Decides what is done before the volume may be read.
    ///
    /// @throws Refusal when nothing may be touched
    /// @throws InvalidSettings when the server does not take the settings
    public static TakeOverPlan plan(Settings settings, Access access) {
        return TakeOverPlanner.plan(settings, access);
    }

    /// Why a server could not start here now, if that is for want of room.
    ///
    /// @param before what is said first: what happened
    public static Optional<Refusal> outOfSpace(
            Settings settings, Observed observed, String before) {
        return VolumeSteps.outOfSpace(settings, observed, before);
    }

    private static void refuseUnusable(Settings settings, Observed observed) {
        switch (observed.dataDirectory()) {
            case DataDirectory.Foreign foreign ->
                    throw TakeOverRefusals.foreign(settings, foreign.entries());
            case DataDirectory.Damaged damaged ->
                    throw Refusals.damaged(settings.dataDirectory(), damaged.why());
            case DataDirectory.Missing _,
                    DataDirectory.Empty _,
                    DataDirectory.Interrupted _,
                    DataDirectory.OtherMajor _,
                    DataDirectory.Cluster _ -> {}
        }
    }
}
