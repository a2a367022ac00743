package io.pgentrypoint.execute;

import io.pgentrypoint.connect.Login;
import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.execute.server.BootstrapServer;
import io.pgentrypoint.execute.server.NamedUser;
import io.pgentrypoint.execute.server.ScriptRun;
import io.pgentrypoint.execute.sql.AfterUpgrade;
import io.pgentrypoint.execute.sql.CitusExtension;
import io.pgentrypoint.execute.sql.Databases;
import io.pgentrypoint.execute.sql.ReplicationUser;
import io.pgentrypoint.execute.sql.SuperuserPassword;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server without TCP that a plan starts, uses and stops before the real one starts.
final class PrivateServer implements AutoCloseable {

    private final Settings settings;
    private final Installation installation;
    private final Programs programs;
    private final StopRequest stop;
    private final Progress progress;
    private final Map<String, String> environment;
    private @Nullable BootstrapServer bootstrap;
    private Optional<Secret> initial = Optional.empty();

    PrivateServer(
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

    /// @param password that a new cluster's superuser has until the plan sets another
    void opensWith(Optional<Secret> password) {
        initial = password;
    }

    void perform(OnPrivateServer step) throws IOException, SQLException {
        switch (step) {
            case OnPrivateServer.StartBootstrapServer(var staging, var arguments, _) ->
                    startBootstrap(staging, arguments, BootstrapServer.Terms.STAGING);
            case OnPrivateServer.StartPrivateServer(var layout, var arguments) ->
                    startBootstrap(layout, arguments, BootstrapServer.Terms.KEPT);
            case OnPrivateServer.SetSuperuserPassword set -> {
                try (Connection connection = bootstrap().openFirst(initial)) {
                    SuperuserPassword.set(set, connection);
                }
            }
            case OnPrivateServer.CreateDatabase(String name) ->
                    bootstrap().use("postgres", server -> Databases.create(server, name));
            case OnPrivateServer.EnsureReplicationRole(var role) ->
                    bootstrap().use("postgres", server -> ReplicationUser.ensure(server, role));
            case OnPrivateServer.StopBootstrapServer(var layout) ->
                    bootstrap().stop(stop, () -> controlData(layout).state());
            case OnPrivateServer.StartServerForScripts start -> startForScripts(start);
            case OnPrivateServer.RunScripts(var directory) -> runScripts(directory);
            case OnPrivateServer.UpdateExtensions() ->
                    AfterUpgrade.updateExtensions(bootstrap()::open);
            case OnPrivateServer.EstimateStatistics() ->
                    AfterUpgrade.estimateStatistics(bootstrap()::open);
            case OnPrivateServer.CreateCitus(String database, var login) -> {
                Map<String, String> asked = settings.serverSettings();
                bootstrap().use(database, s -> CitusExtension.create(s, asked, login));
            }
        }
    }

    private void startBootstrap(Layout layout, List<String> arguments, BootstrapServer.Terms terms)
            throws IOException {
        bootstrap =
                BootstrapServer.start(
                        programs,
                        stop,
                        installation.program("postgres"),
                        layout,
                        arguments,
                        new Login(settings.superuser().name(), settings.superuser().password()),
                        settings.port(),
                        environment,
                        terms);
    }

    private void startForScripts(OnPrivateServer.StartServerForScripts start) throws IOException {
        startBootstrap(
                start.layout(),
                start.arguments(),
                new BootstrapServer.Terms(
                        false,
                        !start.newCluster(),
                        start.ownRules(),
                        true,
                        new Relocator(start.layout()).mark()));
    }

    private void runScripts(ScriptDirectory directory) throws IOException {
        Layout layout = new Layout(settings.dataDirectory());
        progress.detail("running scripts of " + directory.path());
        try (NamedUser user = NamedUser.of(layout.staging())) {
            ScriptRun.run(
                    directory, programs, settings, bootstrap(), user.environment(environment));
        } finally {
            progress.detail("");
        }
    }

    private ControlData controlData(Layout layout) {
        return Observer.controlData(layout.dataDirectory(), installation, environment, programs);
    }

    private BootstrapServer bootstrap() {
        return Optional.ofNullable(bootstrap)
                .orElseThrow(() -> Refusals.notPlanned("use the bootstrap server"));
    }

    /// Leaves nothing running.
    @Override
    public void close() {
        if (bootstrap != null) {
            bootstrap.close();
        }
    }
}
