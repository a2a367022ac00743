package io.pgentrypoint.execute.sql;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.plan.step.Live;
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
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From asynchronous to synchronous commits, once there is somebody to wait for. Until the next
/// start it stays so, also when a standby goes: that commits wait then is what was asked for.
final class SynchronousCommit {

    private static final Logger LOG = LoggerFactory.getLogger(SynchronousCommit.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration RELOAD = Duration.ofMillis(100);
    private static final int RELOADS = 50;

    private final Live.RequireSynchronousStandbys step;
    private final BooleanSupplier wanted;
    private final Lock files;
    private final StopRequest stop;
    private boolean said;
    private boolean complained;

    /// @param wanted false once another step has taken the place of this one
    /// @param files held while our settings file is written
    SynchronousCommit(
            Live.RequireSynchronousStandbys step,
            BooleanSupplier wanted,
            Lock files,
            StopRequest stop) {
        this.step = step;
        this.wanted = wanted;
        this.files = files;
        this.stop = stop;
    }

    interface Opening {
        Connection open() throws SQLException;
    }

    /// What a short session sees; a lasting one would hold up a smart shutdown that somebody else
    /// asks for.
    private interface Look<T> {
        T at(Statement statement) throws SQLException;
    }

    /// A server that has crashed ends all sessions, and starts again by itself.
    void switchOn(Opening server) throws SQLException {
        while (wanted.getAsBoolean()) {
            try {
                if (isDone(server)) {
                    return;
                }
            } catch (SQLException e) {
                stop.throwIfRequested();
                if (isForGood(e)) {
                    throw e;
                }
                sayBlind(e);
            }
            stop.pause(PAUSE);
            stop.throwIfRequested();
        }
        LOG.info(
                "No longer looking whether {} streams: the settings were read again",
                step.standbys().text());
    }

    private boolean isDone(Opening server) throws SQLException {
        if (isWritten() && look(server, this::isInForce)) {
            return true;
        }
        List<String> streaming = look(server, SynchronousCommit::streaming);
        List<String> clones = streaming.stream().filter(SynchronousCommit::isClone).toList();
        List<String> standbys = streaming.stream().filter(name -> !isClone(name)).toList();
        if (!step.standbys().areAmong(standbys)) {
            sayWaiting(standbys);
            return false;
        }
        // The server would take it for one of them, and acknowledge what no standby has.
        if (clones.stream().anyMatch(step.standbys()::names) || !write()) {
            return false;
        }
        boolean _ = look(server, statement -> statement.execute("SELECT pg_reload_conf()"));
        for (int look = 0; look < RELOADS && !look(server, this::isInForce); look++) {
            stop.pause(RELOAD);
            stop.throwIfRequested();
        }
        if (look(server, this::isInForce)) {
            LOG.info(
                    "Commits wait for {} from now on; now streaming: {}",
                    step.standbys().text(),
                    String.join(", ", standbys));
        } else if (wanted.getAsBoolean()) {
            LOG.error(
                    """
                    Commits do not wait for {}: synchronous_standby_names is '{}', which \
                    ALTER SYSTEM or another file has set; SELECT * FROM pg_file_settings \
                    shows where\
                    """,
                    step.standbys().text(),
                    look(server, SynchronousCommit::setting));
        }
        return true;
    }

    /// By the name that a clone of ours has while it lasts.
    private static boolean isClone(String name) {
        return name.startsWith("clone ");
    }

    private void sayWaiting(List<String> streaming) {
        if (!said) {
            said = true;
            LOG.warn(
                    """
                    Commits wait for no standby of {} yet (SYNCHRONOUS_STANDBYS): {} \
                    synchronous standbys are required; streaming now: {}\
                    """,
                    step.standbys().text(),
                    step.standbys().number(),
                    streaming.isEmpty() ? "nobody" : String.join(", ", streaming));
        }
    }

    private void sayBlind(SQLException e) {
        if (!complained) {
            complained = true;
            LOG.warn(
                    "Cannot see which standbys stream; trying again: {}",
                    String.valueOf(e.getMessage()));
        }
    }

    /// It lets us in no more, or not to this: insufficient_privilege, invalid_catalog_name.
    private static boolean isForGood(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("28") || state.equals("42501") || state.equals("3D000");
    }

    private boolean isWritten() {
        try {
            return AtomicFiles.read(step.layout().settingsFile()).equals(step.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @return false when something else is asked for meanwhile
    private boolean write() {
        files.lock();
        try {
            if (wanted.getAsBoolean()) {
                AtomicFiles.write(step.layout().settingsFile(), step.text());
                return true;
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            files.unlock();
        }
    }

    private static <T> T look(Opening server, Look<T> look) throws SQLException {
        try (Connection connection = server.open();
                Statement statement = connection.createStatement()) {
            QuietSession.begin(connection, statement);
            T seen = look.at(statement);
            connection.rollback();
            return seen;
        }
    }

    /// By the server's own rule (SyncRepGetCandidateStandbys).
    private static List<String> streaming(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row =
                statement.executeQuery(
                        """
                        SELECT application_name FROM pg_catalog.pg_stat_replication WHERE \
                        state = 'streaming' AND flush_lsn IS NOT NULL ORDER BY 1\
                        """)) {
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
