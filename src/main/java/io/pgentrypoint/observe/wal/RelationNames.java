package io.pgentrypoint.observe.wal;

import io.pgentrypoint.connect.ReplicationConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names for file nodes, asked of the server: what existed before the fork has the same there,
/// unless it was rewritten since. Ours would have to be started for its own.
final class RelationNames {

    /// How many are named; the others are counted.
    static final int MOST = 10;

    private RelationNames() {}

    static Loss named(Loss loss, ReplicationConnection server) {
        try (Connection connection = server.openDatabase("postgres")) {
            Map<String, String> databases = databases(connection);
            List<Loss.Touched> named = new ArrayList<>();
            Map<String, Connection> open = new HashMap<>();
            try {
                for (Loss.Touched each : loss.touched()) {
                    named.add(
                            named.size() < MOST
                                    ? named(each, databases, open, connection, server)
                                    : each);
                }
            } finally {
                for (Connection other : open.values()) {
                    other.close();
                }
            }
            return new Loss(loss.bytes(), loss.commits(), named, loss.readToTheEnd());
        } catch (SQLException e) {
            // Names are a kindness; the numbers stand without them.
            return loss;
        }
    }

    private static Map<String, String> databases(Connection connection) throws SQLException {
        Map<String, String> databases = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT oid::text, datname FROM pg_catalog.pg_database WHERE datallowconn")) {
            while (row.next()) {
                databases.put(row.getString(1), row.getString(2));
            }
        }
        return databases;
    }

    private static Loss.Touched named(
            Loss.Touched relation,
            Map<String, String> databases,
            Map<String, Connection> open,
            Connection shared,
            ReplicationConnection server) {
        String[] node = relation.node().split("/", 3);
        try {
            // Database 0: what all share.
            String database = node[1].equals("0") ? "" : databases.get(node[1]);
            if (database == null) {
                return relation;
            }
            Connection connection = shared;
            if (!database.isEmpty()) {
                connection = open.get(database);
                if (connection == null) {
                    connection = server.openDatabase(database);
                    open.put(database, connection);
                }
            }
            return name(connection, node)
                    .map(name -> database.isEmpty() ? name : database + ": " + name)
                    .map(name ->
                            new Loss.Touched(
                                    relation.node(), relation.changes(), Optional.of(name)))
                    .orElse(relation);
        } catch (SQLException e) {
            return relation;
        }
    }

    private static Optional<String> name(Connection connection, String[] node) throws SQLException {
        // The owner of a TOAST table says more than pg_toast_16384.
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT coalesce((SELECT c.oid::regclass::text || ' (TOAST)'
                                           FROM pg_catalog.pg_class c
                                          WHERE c.reltoastrelid = found.oid), found.oid::text)
                          FROM (SELECT pg_catalog.pg_filenode_relation(?, ?) AS oid) found
                         WHERE found.oid IS NOT NULL
                        """)) {
            query.setLong(1, Long.parseLong(node[0]));
            query.setLong(2, Long.parseLong(node[2]));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
            }
        }
    }
}
