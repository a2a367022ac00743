package io.pgentrypoint.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyDual;

/// The commands of PostgreSQL's streaming replication protocol, over an open
/// [ReplicationConnection].
public record ReplicationCommands(Connection connection) {

    private static final String DUPLICATE_OBJECT = "42710";
    private static final String UNDEFINED_FILE = "58P01";

    /// The answer to IDENTIFY_SYSTEM.
    public record SystemIdentity(String systemIdentifier, int timeline, String walPosition) {}

    public SystemIdentity identifySystem() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = only(statement, "IDENTIFY_SYSTEM")) {
            return new SystemIdentity(
                    text(row, "systemid"), row.getInt("timeline"), text(row, "xlogpos"));
        }
    }

    /// The text of that timeline's history file. The first has none, and the server says so.
    public String timelineHistory(int timeline) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = only(statement, "TIMELINE_HISTORY " + timeline)) {
            return text(row, "content");
        }
    }

    /// Asks for the WAL from a position on, as a WAL receiver does, and takes the first message
    /// only. The connection is of no use afterwards.
    ///
    /// @param position as the server writes one
    /// @return what the server says when it has removed that WAL; empty when it sends it, or has
    ///   another reason not to
    public Optional<String> removedWal(String position, int timeline) {
        try {
            CopyDual copy =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyDual("START_REPLICATION " + position + " TIMELINE " + timeline);
            byte[] _ = copy.readFromCopy(true);
            return Optional.empty();
        } catch (SQLException e) {
            return UNDEFINED_FILE.equals(e.getSQLState())
                    ? ServerMessage.of(e).map(ServerMessage::text)
                    : Optional.empty();
        }
    }

    public String show(String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = only(statement, "SHOW " + quoted(setting))) {
            return text(row, setting);
        }
    }

    /// Makes a slot that keeps WAL from now on, so that none is lost between the end of a clone and
    /// the start of streaming.
    ///
    /// @return false when a slot of that name exists already
    public boolean createPhysicalSlot(String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean _ =
                    statement.execute(
                            "CREATE_REPLICATION_SLOT %s PHYSICAL RESERVE_WAL"
                                    .formatted(quoted(name)));
            return true;
        } catch (SQLException e) {
            if (DUPLICATE_OBJECT.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /// Makes a slot that keeps nothing and is gone with this session.
    public void createTemporarySlot(String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean _ =
                    statement.execute(
                            "CREATE_REPLICATION_SLOT %s TEMPORARY PHYSICAL"
                                    .formatted(quoted(name)));
        }
    }

    public void dropSlot(String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean _ = statement.execute("DROP_REPLICATION_SLOT " + quoted(name));
        }
    }

    /// A name in a replication command. Without quotes one that begins with a digit is a number
    /// with a rest, which is a syntax error. Between quotes every character stands for itself, and
    /// none stands for a double quote (repl_scanner.l).
    private static String quoted(String name) {
        if (name.indexOf('"') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "cannot write a double quote or a NUL character in a replication command");
        }
        return '"' + name + '"';
    }

    private static ResultSet only(Statement statement, String command) throws SQLException {
        ResultSet row = statement.executeQuery(command);
        if (!row.next()) {
            throw new SQLException("the server answered %s with no row".formatted(command));
        }
        return row;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new SQLException("the server left %s empty".formatted(column));
        }
        return text;
    }
}
