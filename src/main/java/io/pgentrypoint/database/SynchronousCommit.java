package io.pgentrypoint.database;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.StopRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From asynchronous to synchronous commits, once there is somebody to wait for. Until the next
/// start it stays so, whoever goes: that commits wait then is what was asked for.
final class SynchronousCommit {

    private static final Logger LOG = LoggerFactory.getLogger(SynchronousCommit.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RELOAD = Duration.ofMillis(100);
    private static final int RELOADS = 50;

    private final Step.RequireSynchronousStandbys step;
    private final BooleanSupplier wanted;
    private final StopRequest stop;

    SynchronousCommit(
            Step.RequireSynchronousStandbys step, BooleanSupplier wanted, StopRequest stop) {
        this.step = step;
        this.wanted = wanted;
        this.stop = stop;
    }

    void switchOn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A look each second would fill the log of whoever logs statements.
            statement.execute("SET log_statement = 'none'");
            statement.execute("SET log_min_duration_statement = -1");
            // A reload of other files may not have reached the server yet.
            if (AtomicFiles.read(step.layout().settingsFile()).equals(step.text())
                    && isInForce(statement)) {
                return;
            }
            List<String> streaming = await(statement);
            if (!wanted.getAsBoolean()) {
                return;
            }
            AtomicFiles.write(step.layout().settingsFile(), step.text());
            statement.execute("SELECT pg_reload_conf()");
            for (int look = 0; look < RELOADS && !isInForce(statement); look++) {
                stop.pause(RELOAD);
                stop.throwIfRequested();
            }
            if (isInForce(statement)) {
                LOG.info(
                        "Commits wait for {} from now on; now streaming: {}",
                        step.standbys().text(),
                        String.join(", ", streaming));
            } else {
                LOG.error(
                        "Commits do not wait for {}: synchronous_standby_names is '{}', which ALTER"
                                + " SYSTEM or another file has set; SELECT * FROM pg_file_settings"
                                + " shows where",
                        step.standbys().text(),
                        setting(statement));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> await(Statement statement) throws SQLException {
        boolean said = false;
        while (true) {
            List<String> streaming = streaming(statement);
            if (step.standbys().areAmong(streaming) || !wanted.getAsBoolean()) {
                return streaming;
            }
            if (!said) {
                said = true;
                LOG.warn(
                        "Commits wait for no standby yet: {} (SYNCHRONOUS_STANDBYS) takes {}, and"
                                + " what streams is: {}",
                        step.standbys().text(),
                        step.standbys().number(),
                        streaming.isEmpty() ? "nobody" : String.join(", ", streaming));
            }
            stop.pause(PAUSE);
            stop.throwIfRequested();
        }
    }

    /// By the server's own rule (SyncRepGetCandidateStandbys); a clone streams too while it lasts.
    private static List<String> streaming(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT application_name FROM pg_catalog.pg_stat_replication"
                                + " WHERE state = 'streaming' AND flush_lsn IS NOT NULL"
                                + " AND application_name NOT LIKE 'clone %' ORDER BY 1")) {
            while (row.next()) {
                names.add(String.valueOf(row.getString(1)));
            }
        }
        return names;
    }

    private boolean isInForce(Statement statement) throws SQLException {
        return setting(statement).equals(step.standbys().text());
    }

    private static String setting(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW synchronous_standby_names")) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }
}
