package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.OldCluster;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.VolumeUse.OnOldMajor;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A cluster of an older major version, where the settings let it be upgraded. Which role the node
/// has is decided afterwards, by what is in its place then.
public final class UpgradePlan {

    private static final int DEFAULT_CHECKSUMS = 18;
    private static final int ICU_LOCALE = 15;

    private final Settings settings;
    private final Observed observed;
    private final Layout layout;
    private final int ours;

    private UpgradePlan(Settings settings, Observed observed) {
        this.settings = settings;
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
        this.ours = observed.installation().major();
    }

    public static Plan plan(Settings settings, Observed observed, DataDirectory.OtherMajor other) {
        return new UpgradePlan(settings, observed).plan(other);
    }

    /// One that was killed, in every mode.
    public static Optional<Plan> finishing(Settings settings, Observed observed) {
        return observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal)
                ? journal.relocation()
                        .upgrade()
                        .map(upgrade ->
                                new UpgradePlan(settings, observed).finishing(journal, upgrade))
                : Optional.empty();
    }

    private Plan plan(DataDirectory.OtherMajor other) {
        return switch (settings.volume().onOldMajor()) {
            case REFUSE -> throw otherMajor(other);
            case COPY, LINK -> {
                if (other.found() > ours) {
                    throw otherMajor(other);
                }
                yield upgrade(other);
            }
        };
    }

    private Refusal otherMajor(DataDirectory.OtherMajor other) {
        boolean wayBack =
                observed.upgraded()
                        .filter(done -> done.from() == ours && done.kept() && !done.linked())
                        .isPresent();
        return UpgradeRefusals.otherMajor(layout, other, ours, wayBack);
    }

    private Plan upgrade(DataDirectory.OtherMajor other) {
        OldCluster old =
                other.old()
                        .orElseThrow(() -> UpgradeRefusals.noPrograms(layout, other.found(), ours));
        refuseMode(other.found());
        refuseCluster(old);
        return old.answer()
                .map(answer -> upgrade(other.found(), old, answer))
                .orElseGet(() -> ask(other.found(), old));
    }

    private void refuseMode(int found) {
        switch (settings.mode()) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary _ ->
                    observed.peers().stream()
                            .filter(peer ->
                                    peer instanceof Peer.Answering answering
                                            && answering.takesWrites())
                            .findFirst()
                            .ifPresent(peer -> {
                                throw UpgradeRefusals.otherPrimary(layout, peer);
                            });
            case Mode.NativeReplica _ -> throw UpgradeRefusals.replica(layout, found, ours);
            case Mode.NativeAuto _ -> throw UpgradeRefusals.auto(layout, found, ours);
            case Mode.Patroni _ -> throw UpgradeRefusals.member(layout, found, ours);
        }
    }

    private void refuseCluster(OldCluster old) {
        if (old.role() != DataDirectory.Role.PRIMARY) {
            throw UpgradeRefusals.standby(layout);
        }
        old.outside()
                .ifPresent(part -> {
                    throw UpgradeRefusals.outside(layout, part);
                });
    }

    private Plan ask(int found, OldCluster old) {
        return FirstBoot.only(
                settings,
                observed,
                new MajorUpgrade.AskOldServer(
                        layout, old.programs(), found, settings.superuser().name()),
                "the new cluster has to be made as the old one was",
                "what it says decides what follows");
    }

    private Plan upgrade(int found, OldCluster old, OldServer answer) {
        if (answer.prepared() > 0) {
            throw UpgradeRefusals.prepared(layout, answer.prepared());
        }
        UpgradeInventory inventory = new UpgradeInventory(settings, observed, found, old, answer);
        if (!inventory.missing().isEmpty()) {
            throw UpgradeRefusals.missingExtensions(layout, inventory.missing(), ours);
        }
        boolean linked = settings.volume().onOldMajor() == OnOldMajor.LINK;
        Relocation.Upgrade upgrade =
                new Relocation.Upgrade(
                        found, ours, Layout.replacedName("postgresql-" + found), linked);
        MajorUpgrade.Method method =
                linked
                        ? MajorUpgrade.Method.LINK
                        : answer.shares() ? MajorUpgrade.Method.CLONE : MajorUpgrade.Method.COPY;
        List<Planned> steps = new ArrayList<>();
        steps.add(
                new Planned(
                        new MajorUpgrade.OpenUpgrade(layout, upgrade, inventory.lines()),
                        "the old cluster stays as it is until the new one is whole"));
        steps.add(
                new Planned(
                        new Build.InitializeDatabase(
                                layout.staging(),
                                answer.superuser(),
                                false,
                                initdb(old, answer),
                                Optional.empty()),
                        "pg_upgrade fills a new cluster that is like the old one"));
        steps.add(
                new Planned(
                        new MajorUpgrade.CarryOver(layout),
                        "pg_upgrade leaves these files behind"));
        steps.add(
                new Planned(
                        new MajorUpgrade.CheckUpgrade(
                                layout, old.programs(), method, answer.superuser()),
                        "what cannot be upgraded is said before anything is done"));
        steps.add(
                new Planned(
                        new MajorUpgrade.RunUpgrade(
                                layout, old.programs(), method, answer.superuser()),
                        "UPGRADE=" + (linked ? "link" : "copy")));
        if (linked) {
            steps.add(
                    new Planned(
                            new MajorUpgrade.PassNoReturn(layout),
                            "until here a restart takes everything back"));
        }
        steps.addAll(finished(upgrade));
        return StartPlan.of(
                settings,
                observed,
                StartPlan.Decision.replan(
                        inventory.warnings(), steps, "the upgraded cluster decides what follows"));
    }

    /// All of it can be done again by the next start.
    private List<Planned> finished(Relocation.Upgrade upgrade) {
        Layout staging = layout.staging();
        List<Planned> steps = new ArrayList<>();
        List<String> arguments =
                new ConfigurationSteps(settings, observed, MinimumSettings.none()).arguments();
        steps.add(
                new Planned(
                        // What cannot be made anew must survive a power cut.
                        upgrade.linked()
                                ? new OnPrivateServer.StartPrivateServer(staging, arguments)
                                : new OnPrivateServer.StartBootstrapServer(
                                        staging, arguments, settings.superuser().name()),
                        "what follows needs a server, and TCP stays closed until it is done"));
        steps.add(
                new Planned(
                        new OnPrivateServer.UpdateExtensions(),
                        "pg_upgrade leaves them at their old versions"));
        steps.add(
                new Planned(
                        new OnPrivateServer.EstimateStatistics(),
                        "plans without statistics can take hours"));
        steps.add(
                new Planned(
                        new OnPrivateServer.StopBootstrapServer(staging),
                        "the cluster is ready to be moved"));
        steps.add(publish(upgrade));
        return steps;
    }

    private Planned publish(Relocation.Upgrade upgrade) {
        return new Planned(
                new MajorUpgrade.PublishUpgraded(
                        layout,
                        new Upgraded(
                                upgrade.from(),
                                upgrade.to(),
                                upgrade.aside(),
                                upgrade.linked(),
                                true,
                                true),
                        observed.node().map(NodeState::upgraded)),
                "every step before succeeded");
    }

    private Plan finishing(Journal journal, Relocation.Upgrade upgrade) {
        return switch (journal.onRestart()) {
            case DISCARD ->
                    FirstBoot.only(
                            settings,
                            observed,
                            new Build.DiscardUnfinished(layout, journal),
                            "an earlier upgrade did not end",
                            "the old cluster decides what follows");
            case ROLL_FORWARD -> {
                if (upgrade.to() != ours) {
                    throw upgrade.goesBack()
                            ? UpgradeRefusals.goesBack(layout, upgrade, ours)
                            : UpgradeRefusals.passedNoReturn(layout, upgrade, ours);
                }
                if (upgrade.goesBack()) {
                    yield FirstBoot.only(
                            settings,
                            observed,
                            new MajorUpgrade.FinishRevert(
                                    layout, upgrade, observed.node().map(NodeState::upgraded)),
                            "an earlier entrypoint upgrade --revert ended before this was done",
                            "the old cluster decides what follows");
                }
                List<Planned> steps = new ArrayList<>();
                if (isBeingMade(journal.relocation())) {
                    steps.add(
                            new Planned(
                                    new Build.RemoveStalePid(layout.staging()),
                                    "a server that was killed there may have left one"));
                    steps.addAll(finished(upgrade));
                } else {
                    steps.add(publish(upgrade));
                }
                yield StartPlan.of(
                        settings,
                        observed,
                        StartPlan.Decision.replan(
                                List.of("an earlier start ended before this was done"),
                                steps,
                                "the upgraded cluster decides what follows"));
            }
            // It goes on, or it is thrown away: nothing else is ever written.
            case ROLL_BACK, REFUSE ->
                    throw UpgradeRefusals.strangeJournal(layout, journal.onRestart());
        };
    }

    /// It still lies where it was made: one that is put back was made long ago.
    private static boolean isBeingMade(Relocation relocation) {
        return relocation.entries().isEmpty() && relocation.place().equals(Layout.STAGING);
    }

    /// As the old cluster is, whatever POSTGRES_INITDB_ARGS says.
    private List<String> initdb(OldCluster old, OldServer answer) {
        OldServer.Locale locale = answer.locale();
        List<String> arguments = new ArrayList<>();
        arguments.add("--encoding=" + locale.encoding());
        arguments.add("--lc-collate=" + locale.collate());
        arguments.add("--lc-ctype=" + locale.ctype());
        if (ours >= ICU_LOCALE && locale.provider().equals("i")) {
            arguments.add("--locale-provider=icu");
            locale.name().ifPresent(name -> arguments.add("--icu-locale=" + name));
            locale.rules().ifPresent(rules -> arguments.add("--icu-rules=" + rules));
        }
        if (locale.provider().equals("b")) {
            arguments.add("--locale-provider=builtin");
            locale.name().ifPresent(name -> arguments.add("--builtin-locale=" + name));
        }
        if (answer.checksums()) {
            arguments.add("--data-checksums");
        } else if (ours >= DEFAULT_CHECKSUMS) {
            arguments.add("--no-data-checksums");
        }
        arguments.add("--wal-segsize=" + (old.control().walSegment() >> 20));
        return arguments;
    }
}
