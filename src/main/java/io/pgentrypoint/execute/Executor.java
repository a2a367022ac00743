package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.move.InterruptedRelocation;
import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.execute.move.StagedCluster;
import io.pgentrypoint.execute.move.StateDirectory;
import io.pgentrypoint.execute.server.NamedUser;
import io.pgentrypoint.execute.server.PromotingServer;
import io.pgentrypoint.execute.server.Rewinding;
import io.pgentrypoint.execute.server.RunningServerPromotion;
import io.pgentrypoint.execute.server.StaleServer;
import io.pgentrypoint.execute.sql.CheckpointWait;
import io.pgentrypoint.execute.sql.ReplicaSlot;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does the steps of a plan, one after the other. It decides nothing.
public final class Executor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    private final Settings settings;
    private final Installation installation;
    private final Programs programs;
    private final StopRequest stop;
    private final Progress progress;
    private final Map<String, String> environment;
    private final PrivateServer privateServer;
    private @Nullable Promotion promotion;
    private @Nullable RunningServerPromotion running;

    public Executor(
            Settings settings,
            Installation installation,
            Programs programs,
            StopRequest stop,
            Progress progress) {
        this.settings = settings;
        this.installation = installation;
        this.programs = programs;
        this.stop = stop;
        this.progress = progress;
        this.environment = settings.childEnvironment();
        this.privateServer = new PrivateServer(settings, installation, programs, stop, progress);
    }

    /// For steps that are about a server which serves.
    ///
    /// @param late told when its promotion takes longer than it was to
    public Executor on(Connection server, Consumer<Refusal> late) {
        running = new RunningServerPromotion(server, stop, late);
        return this;
    }

    private RunningServerPromotion running() {
        return Optional.ofNullable(running)
                .orElseThrow(() -> Refusals.notPlanned("ask the running server"));
    }

    public void execute(List<Planned> steps) {
        steps.stream().map(Planned::step).forEach(this::execute);
    }

    public void execute(BeforeLaunch step) {
        stop.throwIfRequested();
        String what = step.sentence();
        LOG.debug("Now: {}", what);
        try {
            perform(step);
        } catch (Refusal e) {
            // A bootstrap server that a stop has ended explains nothing.
            stop.throwIfRequested();
            throw e;
        } catch (AccessDeniedException e) {
            throw Refusals.notPermitted(what, e);
        } catch (IOException e) {
            throw Refusals.notWritten(what, e);
        } catch (SQLException e) {
            stop.throwIfRequested();
            throw Refusals.serverRefuses(what, e);
        }
    }

    private void perform(BeforeLaunch asked) throws IOException, SQLException {
        switch (asked) {
            case Build.DiscardUnfinished(var layout, var journal) ->
                    new InterruptedRelocation(layout).discard(journal);
            case Build.OpenStaging(var layout, var walDirectory, var tablespaces) ->
                    new Relocator(layout).open(walDirectory, tablespaces, installation.major());
            case Build.InitializeDatabase initialize -> initialize(initialize);
            case Configure.WriteSettings(var at, var text) ->
                    AtomicFiles.write(at.settingsFile(), text);
            case Configure.IncludeSettings(var layout) -> ConfigurationFiles.include(layout);
            case Configure.WriteHbaBlock(var layout, var block) ->
                    ConfigurationFiles.writeHbaBlock(layout, block);
            case Build.AppendHostRule(var layout, var rule) ->
                    ConfigurationFiles.appendHostRule(layout, rule);
            case Configure.TakeBackFiles(var layout) -> ConfigurationFiles.takeBack(layout);
            case Configure.WritePassFile(var layout, var text) -> {
                AtomicFiles.createPrivate(layout.stateDirectory());
                AtomicFiles.write(layout.passFile(), text.reveal());
            }
            case Configure.WriteTlsPair write -> ServerTlsFiles.write(write);
            case Configure.MakeSelfSigned make -> SelfSigned.make(make, programs, environment);
            case Configure.WriteClientAuthorities write -> ServerTlsFiles.write(write);
            case Configure.RemoveTlsFiles(var layout) -> ServerTlsFiles.remove(layout);
            case Configure.RemoveAutoSettings(var at, var names) ->
                    ConfigurationFiles.removeAutoSettings(at, names);
            case Follow.MarkStandby(var layout) -> AtomicFiles.createEmpty(layout.standbySignal());
            case Configure.CheckServerSettings check ->
                    SettingsCheck.run(
                            check,
                            programs,
                            installation.program("postgres"),
                            settings.serverSettings().keySet(),
                            environment);
            case Build.Publish(var layout, boolean synced) ->
                    new Relocator(layout).publish(sync(synced));
            case Follow.AwaitPrimary await ->
                    during(Phase.WAITING, () -> PrimaryWait.await(await, stop, progress));
            case Follow.AwaitNodes await ->
                    during(Phase.WAITING, () -> NodesWait.await(await, stop, progress));
            case Configure.CreateSlot slot -> ReplicaSlot.ensure(slot, stop);
            case Follow.CloneFromPrimary clone ->
                    during(
                            Phase.CLONING,
                            () ->
                                    BaseBackup.take(
                                            clone, programs, installation, environment, progress));
            case Build.MakeDirectories make -> DefaultConfigurationFiles.makeDirectories(make);
            case Configure.RecordNodeState(var layout, var node) -> record(layout, node);
            case Promote.PromoteStandby promote ->
                    promotion =
                            PromotingServer.promote(
                                    promote,
                                    programs,
                                    stop,
                                    installation,
                                    settings.port(),
                                    environment);
            case Promote.AwaitReplay await -> running().awaitReplay(await);
            case Promote.PromoteRunning promote -> promotion = running().promote(promote);
            case Promote.RecordPromotion(var layout, var before, var role) ->
                    record(
                            layout,
                            before.promoted(
                                    role,
                                    Optional.ofNullable(promotion)
                                            .orElseThrow(() ->
                                                    Refusals.notPlanned("record a promotion"))));
            case Build.AddConfigurationFiles add -> addConfigurationFiles(add);
            case Follow.AwaitCheckpoint await -> CheckpointWait.await(await, stop);
            case Relocate.MoveToStaging(var layout) -> new Relocator(layout).toStaging();
            case Follow.Rewind rewind ->
                    new Rewinding(rewind, settings, installation, programs, stop).run();
            case Relocate.PublishRewound(var layout) -> new Relocator(layout).publish(sync(true));
            case Relocate.MoveAside(var layout, var place) -> new Relocator(layout).aside(place);
            case Relocate.MoveUnfinishedAside(var at, var as) ->
                    new InterruptedRelocation(at).keep(as);
            case Relocate.PutBack(var layout) -> new Relocator(layout).putBack();
            case Build.RemoveStalePid(var layout) -> StaleServer.clear(layout);
            case Build.AwaitFreeSpace await ->
                    during(Phase.HOLDING, () -> FreeSpaceWait.await(await, stop, progress));
            case Build.PutInPlace(var layout) ->
                    new Relocator(layout)
                            .putInPlace(controlData(layout.staging()).systemIdentifier());
            case Build.FinishFirstBoot(var layout, boolean synced) -> {
                sync(synced).sync(layout.dataDirectory());
                new Relocator(layout).finish();
            }
            case UnderPatroni.AwaitDcs await ->
                    during(Phase.WAITING, () -> DcsWait.await(await, stop, progress));
            case Build.RemoveStateDirectory(var layout) -> StateDirectory.remove(layout);
            case Configure.MarkRestored(var layout) -> StateDirectory.markRestored(layout);
            case Configure.WritePatroniFiles write -> PatroniFiles.write(write);
            case UnderPatroni.CheckPatroni check ->
                    PatroniFiles.check(check, programs, environment);
            case UnderPatroni.LeavePatroni(var layout) -> PatroniFiles.leave(layout);
            case OnPrivateServer step -> privateServer.perform(step);
            case MajorUpgrade step ->
                    new UpgradeSteps(settings, installation, programs, stop, progress)
                            .perform(step);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void during(Phase phase, Work work) throws IOException {
        progress.enter(phase);
        work.run();
        progress.enter(Phase.PREPARING);
    }

    private static void record(Layout layout, NodeState node) throws IOException {
        AtomicFiles.createPrivate(layout.stateDirectory());
        AtomicFiles.write(layout.nodeState(), node.text());
    }

    private void addConfigurationFiles(Build.AddConfigurationFiles step) throws IOException {
        try (NamedUser user = NamedUser.of(step.layout().staging())) {
            DefaultConfigurationFiles.add(
                    step, programs, installation, user.environment(environment));
        }
    }

    private StagedCluster.Sync sync(boolean synced) {
        return synced
                ? StagedCluster.syncing(programs, installation.program("initdb"), environment)
                : StagedCluster.Sync.NONE;
    }

    private void initialize(Build.InitializeDatabase step) throws IOException {
        try (NamedUser user = NamedUser.of(step.staging())) {
            privateServer.opensWith(
                    NewDatabase.create(
                            step,
                            new Relocator(new Layout(settings.dataDirectory())).external(),
                            programs,
                            installation,
                            user.environment(environment)));
        }
    }

    private ControlData controlData(Layout layout) {
        return Observer.controlData(layout.dataDirectory(), installation, environment, programs);
    }

    /// Leaves nothing running.
    @Override
    public void close() {
        privateServer.close();
    }
}
