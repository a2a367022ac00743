package io.pgentrypoint.observe.wal;

import io.pgentrypoint.connect.ReplicationCommands;
import java.sql.SQLException;

/// Asks a server, over a replication connection, where its history stands.
public final class UpstreamTimelinesReader {

    private static final int PER_MAJOR = 10_000;

    private static final String UNDEFINED_FILE = "58P01";

    /// The first with a setting that says it.
    private static final int IN_HOT_STANDBY = 14;

    private UpstreamTimelinesReader() {}

    /// @throws UntoldHistory when the answer is none that can be used
    /// @throws SQLException when there is none
    public static UpstreamTimelines read(ReplicationCommands commands) throws SQLException {
        // Before the position: a standby that is promoted meanwhile must not seem to be a primary
        // with a standby's position.
        boolean inRecovery = inRecovery(commands);
        ReplicationCommands.SystemIdentity identity = commands.identifySystem();
        try {
            TimelineHistory history =
                    identity.timeline() == 1
                            ? TimelineHistory.first()
                            : TimelineHistory.parse(
                                    identity.timeline(), history(commands, identity.timeline()));
            return new UpstreamTimelines(
                    identity.systemIdentifier(),
                    history,
                    Lsn.parse(identity.walPosition()),
                    inRecovery);
        } catch (IllegalArgumentException e) {
            throw new UnansweredHistory(
                    "the server's history of timeline %s cannot be used: %s"
                            .formatted(identity.timeline(), e.getMessage()),
                    e);
        }
    }

    private static String history(ReplicationCommands commands, int timeline) throws SQLException {
        try {
            return commands.timelineHistory(timeline);
        } catch (SQLException e) {
            if (UNDEFINED_FILE.equals(e.getSQLState())) {
                throw new UnansweredHistory(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /// A physical WAL sender answers no query; its settings say it. Up to 13 only this one does: a
    /// transaction of a standby is read-only.
    private static boolean inRecovery(ReplicationCommands commands) throws SQLException {
        String version = commands.show("server_version_num");
        if (!version.matches("[0-9]{5,8}")) {
            throw new UnansweredHistory(
                    "the server's version is no number", new IllegalArgumentException(version));
        }
        int major = Integer.parseInt(version) / PER_MAJOR;
        return commands.show(major >= IN_HOT_STANDBY ? "in_hot_standby" : "transaction_read_only")
                .equals("on");
    }
}
