package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.execute.move.StagedCluster;
import io.pgentrypoint.execute.server.NamedUser;
import io.pgentrypoint.execute.upgrade.CarriedFiles;
import io.pgentrypoint.execute.upgrade.OldServerQuestion;
import io.pgentrypoint.execute.upgrade.PgUpgrade;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation.Upgrade;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/// The steps of an upgrade.
record UpgradeSteps(
        Settings settings,
        Installation installation,
        Programs programs,
        StopRequest stop,
        Progress progress) {

    void perform(MajorUpgrade asked) throws IOException, SQLException {
        switch (asked) {
            case MajorUpgrade.AskOldServer ask ->
                    new OldServerQuestion(
                                    ask, settings, programs, stop, settings.childEnvironment())
                            .ask();
            case MajorUpgrade.OpenUpgrade(var layout, var upgrade, _) ->
                    new Relocator(layout).open(upgrade);
            case MajorUpgrade.CarryOver(var layout) ->
                    new CarriedFiles(layout, installation, programs, settings.childEnvironment())
                            .carry();
            case MajorUpgrade.CheckUpgrade(var layout, var old, var method, var superuser) -> {
                try (NamedUser user = NamedUser.of(layout.staging())) {
                    pgUpgrade(layout, old, method, superuser, user).check();
                }
            }
            case MajorUpgrade.RunUpgrade(var layout, var old, var method, var superuser) -> {
                try (NamedUser user = NamedUser.of(layout.staging())) {
                    pgUpgrade(layout, old, method, superuser, user).upgrade();
                }
            }
            case MajorUpgrade.PassNoReturn(var layout) ->
                    new Relocator(layout).onRestart(OnRestart.ROLL_FORWARD);
            case MajorUpgrade.PublishUpgraded publish -> publish(publish);
            case MajorUpgrade.Revert revert -> revert(revert);
            case MajorUpgrade.FinishRevert(var layout, _, var node) -> putBack(layout, node);
            case MajorUpgrade.RemoveOldCluster(var layout, var done) ->
                    KeptCluster.remove(layout, done.to());
        }
    }

    private PgUpgrade pgUpgrade(
            Layout layout, Path old, MajorUpgrade.Method method, String superuser, NamedUser user) {
        return new PgUpgrade(
                layout,
                old,
                installation,
                method,
                superuser,
                programs,
                progress,
                user.environment(settings.childEnvironment()));
    }

    private StagedCluster.Sync sync() {
        return StagedCluster.syncing(
                programs, installation.program("initdb"), settings.childEnvironment());
    }

    private void revert(MajorUpgrade.Revert step) throws IOException {
        Relocator relocator = new Relocator(step.layout());
        Upgraded done = step.done();
        relocator.reopen(
                done.aside(),
                new Upgrade(done.to(), done.from(), Layout.replacedName(step.place()), false));
        putBack(step.layout(), step.node());
    }

    /// The note of the upgrade goes before the journal ends: nothing may take the cluster that
    /// moved aside for one that is to be put back, or deleted.
    private void putBack(Layout layout, Optional<NodeState> node) throws IOException {
        Relocator relocator = new Relocator(layout);
        Upgrade upgrade = relocator.replace(sync());
        record(layout, node);
        AtomicFiles.deleteIfExists(layout.upgraded());
        relocator.replaced(upgrade);
    }

    private static void record(Layout layout, Optional<NodeState> node) throws IOException {
        if (node.isPresent()) {
            AtomicFiles.write(layout.nodeState(), node.get().text());
        }
    }

    /// What is remembered belongs to the new cluster: until that is in its place, a restart may go
    /// on with the old one.
    private void publish(MajorUpgrade.PublishUpgraded step) throws IOException {
        Layout layout = step.layout();
        Relocator relocator = new Relocator(layout);
        Upgrade upgrade = relocator.replace(sync());
        record(layout, step.node());
        AtomicFiles.write(layout.upgraded(), step.done().at(upgrade.aside()).text());
        AtomicFiles.deleteIfExists(layout.oldServer());
        relocator.replaced(upgrade);
    }
}
