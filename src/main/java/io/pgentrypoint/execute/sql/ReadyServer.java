package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.Superuser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The steps for a server that accepts connections, over its own socket.
public record ReadyServer(LocalServer server, Settings settings, Installation installation) {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyServer.class);

    public void checkPassword(Live.CheckSuperuserPassword step) throws SQLException {
        SuperuserPassword.check(step, server);
    }

    public void ensureRole(Live.EnsureReplicationRole step) throws SQLException {
        try (Connection connection = open()) {
            ReplicationUser.ensure(connection, step.role());
        }
    }

    /// Says which indexes to build anew; whatever fails here changes nothing.
    public void compareCollations(Live.CompareCollations step) {
        Collations.compare(step.layout(), server, settings.superuser(), installation.major());
    }

    /// Says that what POSTGRES_DB names is not there: an application would get to know it by its
    /// first connection.
    public void lookForDatabase() {
        String name = settings.superuser().database();
        try (Connection connection = open()) {
            if (Databases.isMissing(connection, name)) {
                LOG.warn(
                        """
                        There is no database {} here: POSTGRES_DB (POSTGRES_USER where it \
                        is not set) makes one in an empty volume only, and this one has \
                        data. Make it by hand (CREATE DATABASE {}), or correct POSTGRES_DB\
                        """,
                        name,
                        Quoting.sqlIdentifier(name));
            }
        } catch (SQLException e) {
            LOG.info("Cannot look for the database {}: {}", name, e.getMessage());
        }
    }

    /// Takes its time, beside the clients.
    public void completeStatistics(Live.CompleteStatistics step) throws SQLException {
        AfterUpgrade.completeStatistics(database ->
                server.open(
                        settings.superuser().name(), settings.superuser().password(), database));
        try {
            AtomicFiles.write(step.layout().upgraded(), step.note());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LOG.info("All databases are analyzed: the upgrade to PostgreSQL {} is done", step.major());
    }

    /// A Patroni member's slot is physical, and active while the member lives.
    public void dropMemberSlots() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT slot_name, pg_drop_replication_slot(slot_name) \
                                FROM pg_replication_slots WHERE slot_type = 'physical' \
                                AND NOT active\
                                """)) {
            while (rows.next()) {
                LOG.info("Dropped the replication slot {}", rows.getString(1));
            }
        }
    }

    /// Those of a restored cluster, once: its user may enable them again.
    public void disableSubscriptions(Layout layout) throws SQLException {
        if (Files.notExists(layout.restoredMark())) {
            return;
        }
        Superuser superuser = settings.superuser();
        Subscriptions.disable(
                database -> server.open(superuser.name(), superuser.password(), database));
        try {
            AtomicFiles.deleteIfExists(layout.restoredMark());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param wanted false once another step has taken the place of this one
    /// @param files held while our settings file is written
    public void requireSynchronousStandbys(
            Live.RequireSynchronousStandbys step,
            BooleanSupplier wanted,
            Lock files,
            StopRequest stop)
            throws SQLException {
        new SynchronousCommit(step, wanted, files, stop).switchOn(this::open);
    }

    /// Returns once this server is a node of its Citus cluster.
    ///
    /// @param comparison is told how far it has come
    /// @param wanted false once another step has taken the place of this one
    public void joinCitus(
            Live.JoinCitus step,
            CitusStanding comparison,
            BooleanSupplier wanted,
            StopRequest stop) {
        new CitusMembership(step, server, settings.serverSettings(), comparison, wanted, stop)
                .seek();
    }

    /// Writes it down where the extension is gone.
    public void leaveCitus(Live.LeaveCitus step) throws SQLException {
        Superuser superuser = settings.superuser();
        try (Connection connection =
                server.open(superuser.name(), superuser.password(), step.database())) {
            if (!CitusExtension.exists(connection)) {
                AtomicFiles.write(step.layout().nodeState(), step.node());
                LOG.info("Citus: the extension is gone; the next start is without its library");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Connection open() throws SQLException {
        return server.open(
                settings.superuser().name(), settings.superuser().password(), "postgres");
    }
}
