package io.pgentrypoint.execute.server;

import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;

/// Promotes the server that serves, over its own socket.
public final class RunningServerPromotion {

    private static final Duration POLL = Duration.ofMillis(50);

    /// The waits for WAL of PostgreSQL 13 to 18, none of which is a pause or a conflict with
    /// queries.
    private static final String REPLAY =
            """
            SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn,
                   EXISTS (SELECT FROM pg_stat_activity
                            WHERE backend_type = 'startup'
                              AND wait_event IN ('RecoveryWalStream',
                                                 'RecoveryRetrieveRetryInterval')),
                   pg_last_wal_replay_lsn()::text
            """;

    private final Connection connection;
    private final StopRequest stop;
    private final Consumer<Refusal> late;

    /// @param late told that the promotion takes longer than somebody would wait
    public RunningServerPromotion(Connection connection, StopRequest stop, Consumer<Refusal> late) {
        this.connection = connection;
        this.stop = stop;
        this.late = late;
    }

    public void awaitReplay(Promote.AwaitReplay step) throws SQLException {
        long start = System.nanoTime();
        String stoodAt = "";
        while (true) {
            Replay replay = replay(step.position());
            // Seen twice: what has just arrived may not have woken it yet.
            if (replay.done() || (replay.waits() && replay.position().equals(stoodAt))) {
                return;
            }
            stoodAt = replay.waits() ? replay.position() : "";
            if (System.nanoTime() - start > step.timeout().toNanos()) {
                throw Refusals.notReplayed(step.position(), step.timeout());
            }
            stop.pause(POLL);
        }
    }

    /// @param done whether all that was received is replayed
    /// @param waits whether it waits for more WAL
    private record Replay(boolean done, boolean waits, String position) {}

    /// A primary that dies leaves the beginning of a record, up to the end of a page, that nobody
    /// can replay: then the startup process waits for the rest for ever, with all before it
    /// replayed.
    private Replay replay(String received) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REPLAY)) {
            statement.setString(1, received);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Replay(
                        row.getBoolean(1), row.getBoolean(2), String.valueOf(row.getString(3)));
            }
        }
    }

    /// It cannot be called off, so it is awaited to its end, also after the timeout of the caller.
    public Promotion promote(Promote.PromoteRunning step) throws SQLException, IOException {
        long start = System.nanoTime();
        boolean told = false;
        try (Statement statement = connection.createStatement()) {
            boolean _ = statement.execute("SELECT pg_promote(false)");
            while (PromotionProof.inRecovery(connection)) {
                if (!told && System.nanoTime() - start > step.timeout().toNanos()) {
                    told = true;
                    late.accept(Refusals.stillInRecovery(step.timeout()));
                }
                stop.pause(POLL);
            }
            Promotion promotion = PromotionProof.of(connection, step.layout(), step.timeline());
            return promotion;
        }
    }
}
