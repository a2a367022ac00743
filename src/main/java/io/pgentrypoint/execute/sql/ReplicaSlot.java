package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slot of this replica on its upstream. One that is lost keeps nothing any more and lets
/// nobody stream: it is made anew, or not even a clone could begin.
public final class ReplicaSlot {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSlot.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// Before the name of a replica while it is cloned (UpstreamConninfo).
    private static final String CLONE = "clone ";

    private static final String STATE =
            """
            SELECT slot_type = 'physical',
                   coalesce(wal_status = 'lost' AND NOT active, false),
                   coalesce((SELECT application_name FROM pg_catalog.pg_stat_replication
                              WHERE pid = active_pid), '')
              FROM pg_catalog.pg_replication_slots WHERE slot_name = ?
            """;

    private ReplicaSlot() {}

    public static void ensure(Configure.CreateSlot step, StopRequest stop) {
        String outcome = stop.orStop(() -> ensured(step));
        LOG.info("Replication slot {} on {}: {}", step.name(), step.replica().primary(), outcome);
    }

    private static String ensured(Configure.CreateSlot step) {
        ReplicationConnection server =
                UpstreamReader.connection(step.replica().upstream(), CONNECT);
        try (Connection connection = server.open()) {
            ReplicationCommands commands = new ReplicationCommands(connection);
            if (commands.createPhysicalSlot(step.name())) {
                return "created";
            }
            Found found = found(server, step.name());
            if (!found.physical()) {
                throw unusable(step, "it is a slot for logical replication");
            }
            refuseForeign(step, found.user());
            if (!found.lost()) {
                return "exists already";
            }
            commands.dropSlot(step.name());
            boolean _ = commands.createPhysicalSlot(step.name());
            return "was lost (max_slot_wal_keep_size), made anew";
        } catch (SQLException e) {
            throw Refusals.noSlot(step.name(), step.replica().primary(), e);
        }
    }

    /// A slot that exists.
    ///
    /// @param user application_name of who streams from it, empty when nobody does
    private record Found(boolean physical, boolean lost, String user) {
        static final Found UNKNOWN = new Found(true, false, "");
    }

    /// Two names make one slot when they differ by case or by characters that a slot name cannot
    /// have. A WAL sender of our own, of a run that was killed, has our name.
    private static void refuseForeign(Configure.CreateSlot step, String user) {
        String ours = step.replica().name();
        String theirs = user.startsWith(CLONE) ? user.substring(CLONE.length()) : user;
        if (!theirs.isEmpty() && !theirs.equals(ours)) {
            throw unusable(
                    step, "the replica %s streams from it, and this is %s".formatted(theirs, ours));
        }
    }

    private static Refusal unusable(Configure.CreateSlot step, String why) {
        return Refusals.slotOfAnother(step.name(), step.replica().primary(), why);
    }

    /// A WAL sender cannot be asked. On a primary that lets us into no database the slot stays as
    /// it is.
    private static Found found(ReplicationConnection server, String name) {
        try (Connection connection = server.openDatabase("postgres");
                PreparedStatement query = connection.prepareStatement(STATE)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? new Found(row.getBoolean(1), row.getBoolean(2), row.getString(3))
                        : Found.UNKNOWN;
            }
        } catch (SQLException e) {
            LOG.debug("Not looking at the slot {}: {}", name, e.getMessage());
            return Found.UNKNOWN;
        }
    }
}
