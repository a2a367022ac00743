package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.process.StopRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until the primary's control file names the timeline that it is on. A promotion makes a
/// checkpoint by itself, spread over minutes; a role that may ask for one at once does.
public final class CheckpointWait {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWait.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final String DONE =
            """
            SELECT timeline_id = ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))
                                 ::bit(32)::int
              FROM pg_control_checkpoint()
            """;

    private CheckpointWait() {}

    public static void await(Follow.AwaitCheckpoint step, StopRequest stop) {
        ReplicationConnection server =
                UpstreamReader.connection(step.replica().upstream(), TIMEOUT);
        long start = System.nanoTime();
        boolean first = true;
        while (true) {
            boolean asks = first;
            Optional<String> missing = stop.orStop(() -> missing(server, asks));
            if (missing.isEmpty()) {
                return;
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (waited.compareTo(step.replica().timeout()) >= 0) {
                throw Refusals.noCheckpoint(
                        step.replica().primary(), step.replica().timeout(), missing.get());
            }
            if (first) {
                LOG.info("Waiting for {}: {}", step.replica().primary(), missing.get());
            }
            first = false;
            stop.pause(PAUSE);
            stop.throwIfRequested();
        }
    }

    private static Optional<String> missing(ReplicationConnection server, boolean ask) {
        try (Connection connection = server.openDatabase("postgres");
                Statement statement = connection.createStatement()) {
            if (done(statement) || (ask && asked(statement) && done(statement))) {
                return Optional.empty();
            }
            return Optional.of("it has not made a checkpoint on its timeline yet");
        } catch (SQLException e) {
            return Optional.of("it cannot be asked: " + e.getMessage());
        }
    }

    private static boolean done(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(DONE)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /// Since 15 members of pg_checkpoint may; before, superusers only.
    private static boolean asked(Statement statement) {
        try {
            boolean _ = statement.execute("CHECKPOINT");
            return true;
        } catch (SQLException e) {
            LOG.debug("Not asking for a checkpoint: {}", e.getMessage());
            return false;
        }
    }
}
