package io.pgentrypoint.database;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.observe.UpstreamReader;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
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

    private ReplicaSlot() {}

    public static void ensure(Step.CreateSlot step, StopRequest stop) {
        String outcome = stop.orStop(() -> ensured(step));
        LOG.info("Replication slot {} on {}: {}", step.name(), step.replica().primary(), outcome);
    }

    private static String ensured(Step.CreateSlot step) {
        ReplicationConnection server = UpstreamReader.connection(step.replica(), CONNECT);
        try (Connection connection = server.open()) {
            ReplicationCommands commands = new ReplicationCommands(connection);
            if (commands.createPhysicalSlot(step.name())) {
                return "created";
            }
            if (!isLost(server, step.name())) {
                return "exists already";
            }
            commands.dropSlot(step.name());
            boolean _ = commands.createPhysicalSlot(step.name());
            return "was lost (max_slot_wal_keep_size), made anew";
        } catch (SQLException e) {
            throw new Refusal(
                    ExitCode.UNAVAILABLE,
                    "cannot create the replication slot "
                            + step.name()
                            + " on "
                            + step.replica().primary()
                            + ": "
                            + e.getMessage(),
                    "see to that on the primary, or set REPLICATION_SLOT=none",
                    e);
        }
    }

    /// A WAL sender cannot be asked; whoever lets us into no database keeps the slot as it is.
    private static boolean isLost(ReplicationConnection server, String name) {
        try (Connection connection = server.openDatabase("postgres");
                PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT wal_status = 'lost' AND NOT active"
                                        + " FROM pg_catalog.pg_replication_slots"
                                        + " WHERE slot_name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            LOG.debug("Not looking at the slot {}: {}", name, e.getMessage());
            return false;
        }
    }
}
