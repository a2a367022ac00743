package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.NotReadyServer;
import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/// The standby that is to take over: it says that it is ready, waits until the primary has stopped,
/// and asks it whether all is here. The primary decides that, and its answer is good for a short
/// time only.
public final class TakingOver {

    /// From the question to the promotion. The primary waits three times as long before it takes
    /// the standby's word that it has not taken over (RoleRule).
    private static final Duration GOOD_FOR = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PRIMARY_STOPS = Duration.ofSeconds(60);
    private static final Duration PRIMARY_ANSWERS = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private static final String STATE =
            """
            SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'),
                   pg_last_wal_replay_lsn()::text
            """;

    private final UpstreamServer primary;
    private final String id;
    private final Path order;
    private final StopRequest stop;

    /// @param dataDirectory where the order is seen as a slot
    public TakingOver(UpstreamServer primary, String id, Path dataDirectory, StopRequest stop) {
        this.primary = primary;
        this.id = id;
        this.order = dataDirectory.resolve("pg_replslot").resolve(Succession.slot(id));
        this.stop = stop;
    }

    /// Until when the primary's answer is good.
    public record Allowed(long until) {
        public boolean isOver() {
            return System.nanoTime() - until >= 0;
        }
    }

    /// @param own session on the server of this node
    /// @return empty where this node stays a standby
    public Optional<Allowed> await(Connection own) throws SQLException {
        try (Connection _ = UpstreamReader.connection(primary, CONNECT).open(Succession.slot(id))) {
            if (!awaitEndOfStream(own)) {
                return Optional.empty();
            }
        }
        long start = System.nanoTime();
        while (isOrdered() && System.nanoTime() - start < PRIMARY_ANSWERS.toNanos()) {
            long asked = System.nanoTime();
            String question = new Succession.Question(id, state(own).replayed()).text();
            if (NotReadyServer.ask(primary.address(), CONNECT, question)
                    .filter(answer -> Succession.allows(answer, id))
                    .isPresent()) {
                return Optional.of(new Allowed(asked + GOOD_FOR.toNanos()));
            }
            stop.pause(POLL);
        }
        return Optional.empty();
    }

    private boolean awaitEndOfStream(Connection own) throws SQLException {
        long start = System.nanoTime();
        while (isOrdered() && System.nanoTime() - start < PRIMARY_STOPS.toNanos()) {
            if (!state(own).streams()) {
                return true;
            }
            stop.pause(POLL);
        }
        return false;
    }

    /// The order ends with the primary's session.
    private boolean isOrdered() {
        return Files.exists(order);
    }

    private record State(boolean streams, String replayed) {}

    private static State state(Connection own) throws SQLException {
        try (Statement statement = own.createStatement();
                ResultSet row = statement.executeQuery(STATE)) {
            row.next();
            return new State(row.getBoolean(1), String.valueOf(row.getString(2)));
        }
    }
}
