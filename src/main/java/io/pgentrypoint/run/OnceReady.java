package io.pgentrypoint.run;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.KeptCluster;
import io.pgentrypoint.execute.sql.CitusStanding;
import io.pgentrypoint.execute.sql.ReadyServer;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done once the server accepts connections. None of it is worth stopping a server that
/// serves: what fails is said.
final class OnceReady {

    private static final Logger LOG = LoggerFactory.getLogger(OnceReady.class);
    private static final Duration OWN_SESSION = Duration.ofSeconds(1);
    private static final Duration RESTORING = Duration.ofMillis(500);

    private final Settings settings;
    private final Installation installation;
    private final StopRequest stop;
    private final Lock files;
    private final ReentrantLock session = new ReentrantLock();
    private final ReentrantLock requiring = new ReentrantLock();
    private final AtomicInteger turns = new AtomicInteger();
    private final CitusStanding citus = new CitusStanding();
    private boolean compared;
    private volatile Optional<String> unfinished = Optional.empty();

    /// @param files held while our files are written
    OnceReady(Settings settings, Installation installation, StopRequest stop, Lock files) {
        this.settings = settings;
        this.installation = installation;
        this.stop = stop;
        this.files = files;
    }

    /// In a server that is being restored, what writes is done once it takes writes.
    void complete(List<PlannedLive> planned, LocalServer server) {
        ReadyServer ready = new ReadyServer(server, settings, installation);
        int turn = supersede();
        List<Live> steps = planned.stream().map(PlannedLive::step).toList();
        List<Live> later = steps.stream().filter(Live::writes).toList();
        if (later.isEmpty() || takesWrites()) {
            unfinished = Optional.empty();
            complete(steps, ready, turn);
            return;
        }
        unfinished = later.stream().findFirst().map(Live::sentence);
        complete(steps.stream().filter(step -> !step.writes()).toList(), ready, turn);
        Thread.ofPlatform()
                .daemon()
                .name("once restored")
                .start(() -> completeOnceItTakesWrites(later, ready, turn));
    }

    private void completeOnceItTakesWrites(List<Live> later, ReadyServer ready, int turn) {
        try {
            while (!takesWrites()) {
                stop.pause(RESTORING);
                stop.throwIfRequested();
            }
        } catch (Stopped e) {
            LOG.debug("A stop came first", e);
            return;
        }
        if (isCurrent(turn)) {
            complete(later, ready, turn);
            unfinished = Optional.empty();
        }
    }

    private boolean takesWrites() {
        try {
            return ControlFile.isInProduction(settings.dataDirectory());
        } catch (IOException e) {
            // The server will hardly live long; what is tried then fails in words of its own.
            LOG.debug("Cannot look at pg_control", e);
            return true;
        }
    }

    /// What waits for the end of recovery, or for the other nodes of a Citus cluster.
    Optional<String> unfinished() {
        return unfinished
                .map(step -> "takes writes now, and gets ready with the next step: " + step)
                .or(() ->
                        settings.citus()
                                .filter(Citus::readyOnceRegistered)
                                .flatMap(_ -> citus.missing()));
    }

    private void complete(List<Live> steps, ReadyServer ready, int turn) {
        session.lock();
        try {
            for (Live step : steps) {
                if (stop.requested().isEmpty()) {
                    onceReady(step, ready, turn);
                }
            }
        } finally {
            session.unlock();
        }
    }

    /// A thread that waits for standbys does so for a plan that is replaced now, and writes nothing
    /// any more.
    int supersede() {
        return turns.incrementAndGet();
    }

    boolean isCurrent(int turn) {
        return turns.get() == turn;
    }

    private void onceReady(Live step, ReadyServer ready, int turn) {
        try {
            switch (step) {
                case Live.EnsureReplicationRole role -> ready.ensureRole(role);
                case Live.CheckSuperuserPassword password -> ready.checkPassword(password);
                case Live.CompareCollations compare -> compareOnce(compare, ready);
                case Live.DropMemberSlots() -> ready.dropMemberSlots();
                case Live.DisableSubscriptions(var layout) -> ready.disableSubscriptions(layout);
                case Live.LeaveCitus leave -> ready.leaveCitus(leave);
                case Live.JoinCitus join ->
                        aside(
                                "citus",
                                join,
                                () -> ready.joinCitus(join, citus, () -> isCurrent(turn), stop),
                                "a reload (SIGHUP) tries again");
                case Live.CompleteStatistics complete ->
                        aside(
                                "statistics",
                                complete,
                                () -> ready.completeStatistics(complete),
                                "the next start tries again");
                case Live.RemoveOldCluster remove ->
                        aside(
                                "old-cluster",
                                remove,
                                () ->
                                        KeptCluster.removeOnceOld(
                                                remove, () -> isCurrent(turn), stop),
                                "the next start tries again");
                case Live.RequireSynchronousStandbys require -> requireAside(require, ready, turn);
            }
        } catch (SQLException | RuntimeException e) {
            if (stop.requested().isPresent()) {
                LOG.debug("A stop came first", e);
                return;
            }
            LOG.error("Cannot {}: {}. {}", step.sentence(), reason(e), step.withoutIt());
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    /// A coordinator may be started long after its workers, a standby long after its primary.
    private void aside(String name, Live step, Work work, String otherwise) {
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        work.run();
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    } catch (SQLException | RuntimeException e) {
                        if (stop.requested().isPresent()) {
                            LOG.debug("A stop came first", e);
                            return;
                        }
                        LOG.error(
                                "Cannot {}: {}. The server goes on; {}",
                                step.sentence(),
                                reason(e),
                                otherwise);
                    }
                });
    }

    /// One at a time: after a reload another takes the place of the one that waits.
    private void requireAside(
            Live.RequireSynchronousStandbys require, ReadyServer ready, int turn) {
        aside(
                "synchronous",
                require,
                () -> {
                    requiring.lock();
                    try {
                        ready.requireSynchronousStandbys(
                                require, () -> isCurrent(turn), files, stop);
                    } finally {
                        requiring.unlock();
                    }
                },
                "commits wait for no standby; a reload (SIGHUP) tries again");
    }

    /// Until our own session has ended.
    void awaitSession() {
        try {
            if (session.tryLock(OWN_SESSION.toMillis(), TimeUnit.MILLISECONDS)) {
                session.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Beside everything else: with many databases it takes its time, and nobody waits for it.
    private void compareOnce(Live.CompareCollations compare, ReadyServer ready) {
        if (!compared) {
            compared = true;
            Thread.ofPlatform()
                    .daemon()
                    .name("collations")
                    .start(() -> {
                        ready.compareCollations(compare);
                        ready.lookForDatabase();
                    });
        }
    }

    static String reason(Exception e) {
        return switch (e) {
            case Refusal refusal -> refusal.reason() + "; " + refusal.remedy();
            case InvalidSettings invalid ->
                    invalid.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::sentence)
                            .collect(Collectors.joining("; "));
            default -> Optional.ofNullable(e.getMessage()).orElse(e.toString());
        };
    }
}
