package io.pgentrypoint.execute.upgrade;

import io.pgentrypoint.connect.Login;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.server.BootstrapServer;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts the server of an older cluster once, as it would be started in its own image but for TCP,
/// and writes down what an upgrade has to know.
public final class OldServerQuestion {

    private static final String NO_ROLE = "28000";

    /// Columns that a version does not have are null: to_jsonb makes a row of those that it has.
    private static final String QUESTION =
            """
            SELECT (SELECT rolname FROM pg_catalog.pg_roles WHERE oid = 10),
                   pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
                   coalesce(j.row->>'datlocprovider', 'c'),
                   coalesce(j.row->>'datlocale', j.row->>'daticulocale'),
                   j.row->>'daticurules',
                   pg_catalog.current_setting('data_checksums'),
                   (SELECT sum(pg_catalog.pg_database_size(oid)) FROM pg_catalog.pg_database),
                   (SELECT count(*) FROM pg_catalog.pg_prepared_xacts),
                   (SELECT coalesce(string_agg(slot_name, ', ' ORDER BY slot_name), '')
                      FROM pg_catalog.pg_replication_slots WHERE slot_type = 'logical')
              FROM pg_catalog.pg_database d, LATERAL (SELECT to_jsonb(d) AS row) j
             WHERE d.datname = 'template0'
            """;

    private static final String DATABASES =
            "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn ORDER BY datname";

    private static final String EXTENSIONS =
            "SELECT extname, extversion FROM pg_catalog.pg_extension ORDER BY extname";

    private final MajorUpgrade.AskOldServer step;
    private final Settings settings;
    private final Programs programs;
    private final StopRequest stop;
    private final Map<String, String> environment;
    private final Installation old;
    private @Nullable OldServer answer;
    private List<OldServer.Installed> extensions = List.of();

    public OldServerQuestion(
            MajorUpgrade.AskOldServer step,
            Settings settings,
            Programs programs,
            StopRequest stop,
            Map<String, String> environment) {
        this.step = step;
        this.settings = settings;
        this.programs = programs;
        this.stop = stop;
        this.environment = environment;
        this.old = new Installation(step.programs(), step.major());
    }

    public void ask() throws IOException, SQLException {
        Layout layout = step.layout();
        try (BootstrapServer server =
                BootstrapServer.start(
                        programs,
                        stop,
                        old.program("postgres"),
                        layout,
                        configuration(layout),
                        new Login(step.user(), settings.superuser().password()),
                        settings.port(),
                        environment,
                        BootstrapServer.Terms.KEPT)) {
            server.use("template1", this::ask);
            extensions = extensions(server);
            server.stop(stop, () -> control().state());
        } catch (SQLException e) {
            if (NO_ROLE.equals(e.getSQLState())) {
                throw Refusals.noRole(layout, step.user(), e);
            }
            throw e;
        }
        if (answer != null) {
            AtomicFiles.write(
                    layout.oldServer(),
                    answer.with(extensions).at(control().checkpoint(), shares()).text());
        }
    }

    /// Images that keep the configuration elsewhere have left none here. What the environment gives
    /// is for the new server.
    private static List<String> configuration(Layout layout) {
        return Files.exists(layout.postgresqlConf())
                ? List.of()
                : List.of("-c", "config_file=/dev/null", "-c", "ident_file=/dev/null");
    }

    private ControlData control() {
        return Observer.controlData(step.layout().dataDirectory(), old, environment, programs);
    }

    private void ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            if (!row.next()) {
                throw new SQLException("template0 is missing, and pg_upgrade needs it");
            }
            answer =
                    new OldServer(
                            "",
                            row.getString(1),
                            new OldServer.Locale(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    Optional.ofNullable(row.getString(6)),
                                    Optional.ofNullable(row.getString(7))),
                            row.getString(8).equals("on"),
                            row.getLong(9),
                            row.getInt(10),
                            row.getString(11),
                            List.of(),
                            false);
        }
    }

    private List<String> databases(BootstrapServer server) throws SQLException {
        List<String> names = new ArrayList<>();
        server.use(
                "template1",
                connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery(DATABASES)) {
                        while (row.next()) {
                            names.add(row.getString(1));
                        }
                    }
                });
        return names;
    }

    private List<OldServer.Installed> extensions(BootstrapServer server) throws SQLException {
        List<OldServer.Installed> found = new ArrayList<>();
        for (String database : databases(server)) {
            server.use(
                    database,
                    connection -> {
                        try (Statement statement = connection.createStatement();
                                ResultSet row = statement.executeQuery(EXTENSIONS)) {
                            while (row.next()) {
                                found.add(
                                        new OldServer.Installed(
                                                database, row.getString(1), row.getString(2)));
                            }
                        }
                    });
        }
        return found;
    }

    /// As pg_upgrade --clone does it (FICLONE).
    private boolean shares() throws IOException {
        Layout layout = step.layout();
        Path probe = layout.stateDirectory().resolve("clone");
        try {
            return programs.run(
                            new Command(
                                    "cp --reflink",
                                    List.of(
                                            "cp",
                                            "--reflink=always",
                                            layout.dataDirectory().resolve("PG_VERSION").toString(),
                                            probe.toString()),
                                    environment))
                    .succeeded();
        } finally {
            AtomicFiles.deleteIfExists(probe);
        }
    }
}
