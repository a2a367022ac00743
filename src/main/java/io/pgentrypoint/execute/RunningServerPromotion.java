package io.pgentrypoint.execute;

import io.pgentrypoint.node.NodeRecord.Promotion;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// Promotes the server that serves, over its own socket.
final class RunningServerPromotion {

    private static final Duration POLL = Duration.ofMillis(50);

    private RunningServerPromotion() {}

    static void awaitReplay(Step.AwaitReplay step, Connection connection, StopRequest stop)
            throws SQLException {
        long start = System.nanoTime();
        while (!replayed(connection, step.position())) {
            if (System.nanoTime() - start > step.patience().toNanos()) {
                throw new Refusal(
                        ExitCode.UNAVAILABLE,
                        "cannot promote yet: what was received up to "
                                + step.position()
                                + " is not replayed after "
                                + step.patience().toSeconds()
                                + " s",
                        "nothing was done; look for queries that hold up replay"
                                + " (max_standby_streaming_delay), and try again, or with a longer"
                                + " --timeout");
            }
            stop.pause(POLL);
        }
    }

    private static boolean replayed(Connection connection, String position) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn")) {
            statement.setString(1, position);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    static Promotion promote(Step.PromoteRunning step, Connection connection, StopRequest stop)
            throws SQLException, IOException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            boolean _ = statement.execute("SELECT pg_promote(false)");
            while (PromotionProof.inRecovery(connection)) {
                if (System.nanoTime() - start > step.patience().toNanos()) {
                    throw new Refusal(
                            ExitCode.UNAVAILABLE,
                            "cannot say how the promotion ends: the server is still in recovery"
                                    + " after "
                                    + step.patience().toSeconds()
                                    + " s",
                            "it cannot be called off and goes on by itself; entrypoint status shows"
                                    + " when this node is a primary, and the next start, with"
                                    + " REPLICATION_ROLE=primary, verifies it");
                }
                stop.pause(POLL);
            }
            Promotion promotion = PromotionProof.of(connection, step.layout(), step.timeline());
            return promotion;
        }
    }
}
