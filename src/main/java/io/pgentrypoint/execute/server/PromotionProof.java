package io.pgentrypoint.execute.server;

import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.observe.wal.TimelineHistory;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// That a promotion is one: the server has left recovery on a timeline that it did not have, whose
/// history file is there and names the old one. "It takes writes" alone proves nothing.
final class PromotionProof {

    private PromotionProof() {}

    /// Makes a checkpoint first: until then pg_control, and with it pg_rewind, see the old
    /// timeline.
    static Promotion of(Connection connection, Layout layout, int from)
            throws SQLException, IOException {
        require(!inRecovery(connection), "the server is still in recovery");
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
        int to = timeline(connection);
        require(
                to > from,
                "the server writes on timeline %s, not on one after %s".formatted(to, from));
        Path file = layout.dataDirectory().resolve("pg_wal").resolve(fileName(to));
        require(Files.exists(file), "there is no " + file);
        List<TimelineHistory.Ended> ended = history(file, to).ended();
        require(
                ended.stream().anyMatch(each -> each.timeline() == from),
                "%s does not name timeline %s".formatted(file, from));
        require(
                !Files.exists(layout.standbySignal(), LinkOption.NOFOLLOW_LINKS),
                "standby.signal is still there");
        return new Promotion(
                // The one that was left, which may be later than what pg_control knew before.
                ended.getLast().timeline(),
                to,
                ended.getLast().fork().toString(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static TimelineHistory history(Path file, int timeline) throws IOException {
        try {
            return TimelineHistory.parse(timeline, InputFile.latin1(file));
        } catch (IllegalArgumentException e) {
            require(false, "%s cannot be used: %s".formatted(file, e.getMessage()));
            throw e;
        }
    }

    // TLHistoryFileName
    private static String fileName(int timeline) {
        return String.format(Locale.ROOT, "%08X.history", timeline);
    }

    static boolean inRecovery(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return !row.next() || row.getBoolean(1);
        }
    }

    private static int timeline(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT timeline_id FROM pg_control_checkpoint()")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Refusals.notConfirmed(otherwise);
        }
    }
}
