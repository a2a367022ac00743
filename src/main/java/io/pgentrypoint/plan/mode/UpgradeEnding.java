package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.plan.step.EndingPlan;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.text.ObservedSummary;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `entrypoint upgrade` does with the cluster that an upgrade has moved aside. The image of
/// either version can do it.
public final class UpgradeEnding {

    private static final String FINISH = "entrypoint upgrade --finish";
    private static final String REVERT = "entrypoint upgrade --revert";

    private final Settings settings;
    private final Observed observed;
    private final Layout layout;

    private UpgradeEnding(Settings settings, Observed observed) {
        this.settings = settings;
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
    }

    /// Decides.
    ///
    /// @throws io.pgentrypoint.report.Refusal when that would be wrong
    public static EndingPlan plan(Ending ending, Settings settings, Observed observed) {
        return new UpgradeEnding(settings, observed).plan(ending);
    }

    private EndingPlan plan(Ending ending) {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster _, DataDirectory.OtherMajor _ ->
                    switch (ending) {
                        case FINISH -> finish();
                        case REVERT -> revert();
                    };
            case DataDirectory.Interrupted(var journal) -> goOn(ending, journal);
            case DataDirectory.Missing _,
                    DataDirectory.Empty _,
                    DataDirectory.Foreign _,
                    DataDirectory.Damaged _ ->
                    throw UpgradeRefusals.noCluster(found());
        };
    }

    private String found() {
        return ObservedSummary.describe(settings, observed);
    }

    private EndingPlan finish() {
        return observed.upgraded()
                .map(done ->
                        new EndingPlan(
                                found(),
                                List.of(),
                                List.of(
                                        new Planned(
                                                new MajorUpgrade.RemoveOldCluster(layout, done),
                                                FINISH)),
                                "there is no way back to PostgreSQL %s but a backup"
                                        .formatted(done.from())))
                .orElseGet(() ->
                        new EndingPlan(
                                found(),
                                List.of(),
                                List.of(),
                                "nothing to finish: no upgrade has left a cluster here"));
    }

    private EndingPlan revert() {
        Upgraded done =
                observed.upgraded().orElseThrow(() -> UpgradeRefusals.notUpgradedHere(layout));
        if (done.linked()) {
            throw UpgradeRefusals.linked(layout, done);
        }
        if (!done.kept()) {
            throw UpgradeRefusals.gone(layout, done);
        }
        return back(new MajorUpgrade.Revert(layout, done, node()), REVERT, done.from(), done.to());
    }

    private EndingPlan goOn(Ending ending, Journal journal) {
        Optional<Relocation.Upgrade> upgrade = journal.relocation().upgrade();
        if (ending == Ending.REVERT
                && journal.onRestart() == Journal.OnRestart.ROLL_FORWARD
                && upgrade.filter(Relocation.Upgrade::goesBack).isPresent()) {
            return back(
                    new MajorUpgrade.FinishRevert(layout, upgrade.get(), node()),
                    "an earlier %s ended before this was done".formatted(REVERT),
                    upgrade.get().to(),
                    upgrade.get().from());
        }
        throw UpgradeRefusals.underWay(found());
    }

    private Optional<NodeState> node() {
        return observed.node().map(NodeState::upgraded);
    }

    private EndingPlan back(MajorUpgrade step, String because, int old, int now) {
        List<String> warnings = new ArrayList<>();
        warnings.add(
                """
                what was written since the upgrade to PostgreSQL %s is in the cluster that moves \
                aside, and nowhere else\
                """
                        .formatted(now));
        switch (settings.mode()) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary _, Mode.NativeReplica _, Mode.NativeAuto _ ->
                    warnings.add(
                            """
                            standbys that were cloned from PostgreSQL %s cannot follow the old \
                            cluster: empty their volumes, they clone it anew\
                            """
                                    .formatted(now));
            case Mode.Patroni _ ->
                    warnings.add(
                            """
                            the DCS knows the system identifier of PostgreSQL %s: remove that \
                            cluster from it (patronictl remove) before the old image starts\
                            """
                                    .formatted(now));
        }
        return new EndingPlan(
                found(),
                warnings,
                List.of(new Planned(step, because)),
                "start the image of PostgreSQL %s".formatted(old));
    }
}
