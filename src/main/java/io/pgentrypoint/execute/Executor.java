package io.pgentrypoint.execute;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.observe.Installation;
import io.pgentrypoint.observe.UpstreamReader;
import io.pgentrypoint.plan.PlanText;
import io.pgentrypoint.plan.Planned;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.render.Quoting;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does the steps of a plan, one after the other. It decides nothing.
public final class Executor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Settings settings;
    private final Installation installation;
    private final Programs programs;
    private final StopRequest stop;
    private final Progress progress;
    private final Map<String, String> environment;
    private @Nullable BootstrapServer bootstrap;

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
    }

    public void execute(List<Planned> steps) {
        for (Planned planned : steps) {
            stop.throwIfRequested();
            String what = PlanText.describe(planned.step());
            LOG.debug("Now: {}", what);
            try {
                execute(planned.step());
            } catch (Refusal e) {
                // A bootstrap server that a stop has ended explains nothing.
                stop.throwIfRequested();
                throw e;
            } catch (AccessDeniedException e) {
                throw new Refusal(
                        ExitCode.CANNOT_CREATE,
                        "cannot " + what + ": permission denied on " + e.getFile(),
                        "give that path to the user this process runs as",
                        e);
            } catch (IOException e) {
                throw new Refusal(
                        ExitCode.IO,
                        "cannot " + what + ": " + e,
                        "look at the volume: is it full, read-only or gone?",
                        e);
            } catch (SQLException e) {
                stop.throwIfRequested();
                throw new Refusal(
                        ExitCode.BUG,
                        "cannot " + what + ": " + e.getMessage(),
                        "look at the server's log lines above",
                        e);
            }
        }
    }

    /// The role on the running server, over its own socket.
    public void ensureRole(Step.EnsureReplicationRole step, LocalServer server)
            throws SQLException {
        try (Connection connection =
                server.open(
                        settings.superuser().name(), settings.superuser().password(), "postgres")) {
            ReplicationRole.ensure(connection, step.role());
        }
    }

    /// Slots that nobody uses, on the running server: a member's slot is physical and active while
    /// the member lives.
    public void dropMemberSlots(LocalServer server) throws SQLException {
        try (Connection connection =
                        server.open(
                                settings.superuser().name(),
                                settings.superuser().password(),
                                "postgres");
                Statement statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT slot_name, pg_drop_replication_slot(slot_name)"
                                        + " FROM pg_replication_slots"
                                        + " WHERE slot_type = 'physical' AND NOT active")) {
            while (rows.next()) {
                LOG.info("Dropped the replication slot {}", rows.getString(1));
            }
        }
    }

    private void execute(Step step) throws IOException, SQLException {
        switch (step) {
            case Step.DiscardUnfinished(var layout, var journal) ->
                    new Staging(layout).discard(journal);
            case Step.OpenStaging(var layout, var walDirectory) ->
                    new Staging(layout).open(walDirectory);
            case Step.InitializeDatabase initialize -> initialize(initialize);
            case Step.WriteSettings(var layout, var text) ->
                    AtomicFiles.write(layout.settingsFile(), text);
            case Step.IncludeSettings(var layout) -> ConfigurationFiles.include(layout);
            case Step.WriteHbaBlock(var layout, var block) ->
                    ConfigurationFiles.writeHbaBlock(layout, block);
            case Step.AppendHostRule(var layout, var rule) ->
                    ConfigurationFiles.appendHostRule(layout, rule);
            case Step.TakeBackFiles(var layout) -> ConfigurationFiles.takeBack(layout);
            case Step.WritePassFile(var layout, var text) -> {
                Staging.createPrivate(layout.stateDirectory());
                AtomicFiles.write(layout.passFile(), text.reveal());
            }
            case Step.RemoveAutoSettings(var layout, var names) ->
                    ConfigurationFiles.removeAutoSettings(layout, names);
            case Step.MarkStandby(var layout) -> AtomicFiles.createEmpty(layout.standbySignal());
            case Step.CheckServerSettings check ->
                    SettingsCheck.run(
                            check,
                            programs,
                            installation.program("postgres"),
                            settings.serverSettings().keySet(),
                            environment);
            case Step.StartBootstrapServer start -> startBootstrap(start);
            case Step.CreateDatabase(var name) -> createDatabase(name);
            case Step.EnsureReplicationRole(var role) -> {
                try (Connection connection = bootstrap().open()) {
                    ReplicationRole.ensure(connection, role);
                }
            }
            case Step.StopBootstrapServer _ -> bootstrap().stop(stop);
            case Step.Publish(var layout) ->
                    new Staging(layout)
                            .publish(programs, installation.program("initdb"), environment);
            case Step.AwaitPrimary await -> {
                progress.enter(Phase.WAITING);
                PrimaryWait.await(await, stop, progress);
                progress.enter(Phase.PREPARING);
            }
            case Step.CreateSlot(var replica, var name) -> createSlot(replica, name);
            case Step.CloneFromPrimary clone -> {
                progress.enter(Phase.CLONING);
                BaseBackup.take(clone, programs, installation, environment, progress);
                progress.enter(Phase.PREPARING);
            }
            case Step.AddConfigurationFiles add -> addConfigurationFiles(add);
            case Step.AwaitDcs await -> {
                progress.enter(Phase.WAITING);
                DcsWait.await(await, stop, progress);
                progress.enter(Phase.PREPARING);
            }
            case Step.RemoveStateDirectory(var layout) -> FileTree.delete(layout.stateDirectory());
            case Step.WritePatroniFiles write -> PatroniFiles.write(write);
            case Step.CheckPatroni check -> PatroniFiles.check(check, programs, environment);
            case Step.LeavePatroni(var layout) -> PatroniFiles.leave(layout);
            case Step.DropMemberSlots _ ->
                    throw new IllegalStateException("a step for a server that runs");
        }
    }

    private void addConfigurationFiles(Step.AddConfigurationFiles step) throws IOException {
        try (NamedUser user = NamedUser.of(step.layout().staging())) {
            ModelFiles.add(step, programs, installation, user.environment(environment));
        }
    }

    private void initialize(Step.InitializeDatabase step) throws IOException {
        try (NamedUser user = NamedUser.of(step.staging())) {
            NewDatabase.create(step, programs, installation, user.environment(environment));
        }
    }

    private void startBootstrap(Step.StartBootstrapServer start) throws IOException {
        bootstrap =
                BootstrapServer.start(
                        programs,
                        stop,
                        installation.program("postgres"),
                        start.staging(),
                        start.arguments(),
                        start.superuser(),
                        settings.port(),
                        environment);
    }

    private BootstrapServer bootstrap() {
        return Optional.ofNullable(bootstrap)
                .orElseThrow(() ->
                        new Refusal(
                                ExitCode.BUG,
                                "cannot use the bootstrap server: the plan starts none",
                                "report this plan"));
    }

    private void createDatabase(String name) throws SQLException {
        try (Connection connection = bootstrap().open();
                Statement statement = connection.createStatement()) {
            boolean exists;
            try (var row =
                    statement.executeQuery(
                            "SELECT FROM pg_catalog.pg_database WHERE datname = "
                                    + Quoting.sqlLiteral(name))) {
                exists = row.next();
            }
            if (!exists) {
                statement.execute("CREATE DATABASE " + Quoting.sqlIdentifier(name));
            }
        }
    }

    private void createSlot(io.pgentrypoint.settings.Mode.NativeReplica replica, String name) {
        boolean created = stop.orStop(() -> createdSlot(replica, name));
        LOG.info(
                "Replication slot {} on {}: {}",
                name,
                replica.primary(),
                created ? "created" : "exists already");
    }

    private static boolean createdSlot(
            io.pgentrypoint.settings.Mode.NativeReplica replica, String name) {
        try (Connection connection = UpstreamReader.connection(replica, CONNECT).open()) {
            return new ReplicationCommands(connection).createPhysicalSlot(name);
        } catch (SQLException e) {
            throw new Refusal(
                    ExitCode.UNAVAILABLE,
                    "cannot create the replication slot "
                            + name
                            + " on "
                            + replica.primary()
                            + ": "
                            + e.getMessage(),
                    "see to that on the primary, or set REPLICATION_SLOT=none",
                    e);
        }
    }

    /// Leaves nothing running.
    @Override
    public void close() {
        if (bootstrap != null) {
            bootstrap.close();
        }
    }
}
