package io.pgentrypoint.run;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.Executor;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.NodeStateReader;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.mode.RecordedState;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Prepare;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import io.pgentrypoint.supervise.ServerCallbacks;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done around a server that serves. Nothing that fails here takes it down.
final class RunningServer implements ServerCallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    private final Settings settings;
    private final Settings asked;
    private final Supplier<Settings> again;
    private final Programs programs;
    private final StopRequest stop;
    private final Runnable reload;
    private final OnceReady onceReady;
    private final ReadyLine ready;
    private Plan plan;
    private volatile Mode role;
    private volatile Mode written; // what the files of the server say
    private boolean watching;
    private volatile boolean promoted; // or about to be: it cannot be called off
    private final ReentrantLock promoting = new ReentrantLock();
    private final ReentrantLock files = new ReentrantLock();

    /// @param settings with the role that the start has decided
    /// @param asked as the environment has them
    RunningServer(
            Settings settings,
            Settings asked,
            Supplier<Settings> again,
            Programs programs,
            StopRequest stop,
            Installation installation,
            Plan plan,
            ReadyLine ready,
            Runnable reload) {
        this.settings = settings;
        this.asked = asked;
        this.role = settings.mode();
        this.written = role;
        this.again = again;
        this.programs = programs;
        this.stop = stop;
        this.plan = plan;
        this.ready = ready;
        onceReady = new OnceReady(settings, installation, stop, files);
        this.reload = reload;
        // A replica that follows has forgotten its promotion: this one was started as a primary.
        promoted = settings.mode() instanceof Mode.NativeReplica && wasBegun();
    }

    @Override
    public void onceReady(LocalServer server) {
        begin(server);
        ready.say(() -> unfinished().isEmpty(), stop);
    }

    private void begin(LocalServer server) {
        if (settings.mode() instanceof Mode.Patroni patroni) {
            // Which member writes is known once one leads.
            int turn = onceReady.supersede();
            plan.beforeLaunch().stream()
                    .map(Planned::step)
                    .filter(Configure.WritePatroniFiles.class::isInstance)
                    .map(Configure.WritePatroniFiles.class::cast)
                    .findFirst()
                    .ifPresent(written ->
                            new PatroniWatch(
                                            patroni,
                                            written,
                                            settings.dataDirectory(),
                                            stop,
                                            () -> onceReady.isCurrent(turn),
                                            reload,
                                            this::complete)
                                    .start(server));
            return;
        }
        watchPrimary(server);
        complete(server);
    }

    private boolean isAuto() {
        return asked.mode() instanceof Mode.NativeAuto;
    }

    /// In the role that this node has; another environment gives it no other one while it runs.
    private Settings inRole(Settings read) {
        return read.mode() instanceof Mode.NativeAuto auto ? read.with(auto.as(role)) : read;
    }

    /// A standby whose primary was replaced follows the new one without a restart.
    private void watchPrimary(LocalServer server) {
        if (isAuto() && role instanceof Mode.NativeReplica && !watching) {
            watching = true;
            new PrimaryWatch(asked, programs, stop).start(this::followed, this::follow);
            new SuccessionWatch(settings.dataDirectory(), stop)
                    .start(() -> followed().isPresent(), order -> succeed(order, server));
        }
    }

    private Optional<UpstreamServer> followed() {
        return role instanceof Mode.NativeReplica replica && !promoted
                ? Optional.of(replica.upstream())
                : Optional.empty();
    }

    private void follow(UpstreamServer primary) {
        if (role instanceof Mode.NativeReplica replica) {
            role = replica.under(primary);
            reload.run();
        }
    }

    private void complete(LocalServer server) {
        onceReady.complete(plan.onceReady(), server);
    }

    /// Whether a reload would be turned away now.
    boolean busy() {
        return promoting.isLocked();
    }

    Optional<String> unfinished() {
        return onceReady.unfinished();
    }

    @Override
    public void awaitOwnSession() {
        onceReady.awaitSession();
    }

    @Override
    public void beforeReload() {
        if (!promoting.tryLock()) {
            LOG.warn("Not updating the configuration files: a promotion is changing them");
            role = written;
            return;
        }
        files.lock();
        int _ = onceReady.supersede();
        try {
            Settings read = inRole(again.get());
            read.warnings().stream()
                    .filter(warning -> !settings.warnings().contains(warning))
                    .forEach(warning -> LOG.warn("{}", warning.sentence()));
            refuseOtherNode(read);
            Settings now = asItIs(read);
            Observed observed =
                    Observer.lookWhileRunning(now, programs).withoutStartScripts().whileServing();
            Plan next = Planner.plan(now, observed);
            if (next.next() instanceof NextAction.Refuse(Refusal refusal)) {
                throw refusal;
            }
            List<Change> changes = changes(next);
            try (Executor executor =
                    new Executor(now, observed.installation(), programs, stop, new Progress())) {
                for (Change change : changes) {
                    LOG.info("{}: {}", change.step().sentence(), change.because());
                    executor.execute(change.step());
                }
            }
            plan = next;
            written = role;
        } catch (Stopped e) {
            LOG.debug("A stop came first", e);
        } catch (RuntimeException e) {
            LOG.error(
                    """
                    Cannot update the configuration files: {}. They stay as they are, and \
                    the server reads them again\
                    """,
                    OnceReady.reason(e));
            // The watch that looks for the primary sees it again, and tries again.
            role = written;
        } finally {
            files.unlock();
            promoting.unlock();
        }
    }

    /// While one runs another is turned away: it would wait for what the first is doing.
    void promote(LocalServer server, Promotion.Request request, PromotionListener listener) {
        if (!promoting.tryLock()) {
            throw Refusals.busy();
        }
        try {
            Settings read = inRole(again.get());
            refuseOtherNode(read);
            Settings now = RecordedState.peer(read, Observer.lookAtVolume(read, programs));
            new Promotion(now, programs, stop, server, listener, isAuto()).run(request);
        } finally {
            promoted = wasBegun();
            promoting.unlock();
        }
        if (settings.synchronous().isPresent()) {
            // Its commits may have to wait for somebody now.
            reload.run();
        }
    }

    /// The primary has ordered this standby to take over. It learns by its own means whether that
    /// happens, so what stands against it is only logged.
    private void succeed(String order, LocalServer server) {
        if (!promoting.tryLock()) {
            LOG.warn("Not taking over: a promotion or a reload is under way");
            return;
        }
        try {
            Settings now =
                    RecordedState.peer(inRole(again.get()), Observer.lookAtVolume(asked, programs));
            refuseOtherNode(now);
            new Promotion(now, programs, stop, server, PromotionListener.nobody(), true)
                    .succeed(order);
        } catch (Stopped e) {
            LOG.debug("A stop came first", e);
        } catch (RuntimeException e) {
            LOG.warn("Not taking over: {}", OnceReady.reason(e));
        } finally {
            promoted = wasBegun();
            promoting.unlock();
        }
        if (promoted && settings.synchronous().isPresent()) {
            reload.run();
        }
    }

    /// Ends the server and lets a standby take its place.
    ///
    /// @param child the server
    /// @param reachable the server that accepts connections, also the one after this
    void switchOver(
            Child child,
            Supplier<Optional<LocalServer>> reachable,
            Switchover.Request request,
            Consumer<Handing> handing,
            Consumer<String> listener) {
        if (!promoting.tryLock()) {
            throw Refusals.busy();
        }
        try {
            Settings now = again.get();
            refuseOtherNode(inRole(now));
            new Switchover(now, programs, stop, reachable, handing, listener).run(request, child);
        } finally {
            promoting.unlock();
        }
    }

    /// As the primary that it was until its server was stopped: it asks nobody for that.
    Settings leading() {
        return asked.mode() instanceof Mode.NativeAuto auto
                        && settings.mode() instanceof Mode.NativeReplica replica
                ? settings.with(auto.primary(replica.peers()))
                : settings;
    }

    private boolean wasBegun() {
        try {
            return NodeStateReader.read(new Layout(settings.dataDirectory()))
                    .filter(node ->
                            node.promotingFrom().isPresent() || node.promotion().isPresent())
                    .isPresent();
        } catch (Refusal e) {
            LOG.error("{}; {}", e.reason(), e.remedy());
            return true;
        }
    }

    /// The environment still asks for a replica; what this life has made of it counts more.
    private Settings asItIs(Settings now) {
        return promoted && now.mode() instanceof Mode.NativeReplica replica
                ? now.with(new Mode.NativePrimary(replica.replication(), replica.networks()))
                : now;
    }

    /// A changed replication password reaches the role here.
    @Override
    public void afterReload(LocalServer server) {
        begin(server);
    }

    private void refuseOtherNode(Settings now) {
        if (!now.dataDirectory().equals(settings.dataDirectory())
                || now.port() != settings.port()
                || !now.mode().getClass().equals(settings.mode().getClass())) {
            throw new IllegalStateException(
                    """
                    PGDATA, PGPORT or the role differ from those it was started with, and \
                    take a restart\
                    """);
        }
    }

    private record Change(Configure step, String because) {}

    /// What a reload does: all of it, or nothing.
    private static List<Change> changes(Plan next) {
        return next.beforeLaunch().stream()
                .map(planned ->
                        switch (planned.step()) {
                            case Configure step -> new Change(step, planned.because());
                            case Prepare step ->
                                    throw new IllegalStateException(
                                            "this change needs a restart: a start would also %s"
                                                    .formatted(step.sentence()));
                        })
                .toList();
    }
}
