package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logical subscriptions of a cluster. Their slots are on the publishers: of two nodes with the
/// same subscription each row reaches one only.
public final class Subscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    /// Where no worker can connect no row is taken.
    private static final String ENABLED =
            """
            SELECT datname, subname
              FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
             WHERE subenabled AND datallowconn ORDER BY 1, 2
            """;

    private Subscriptions() {}

    /// How the server is reached.
    @FunctionalInterface
    public interface Opening {
        Connection open(String database) throws SQLException;
    }

    private record Subscription(String database, String name) {}

    /// Before any worker of theirs runs.
    public static void disable(Opening server) throws SQLException {
        for (Subscription subscription : enabled(server)) {
            String name = Quoting.sqlIdentifier(subscription.name());
            try (Connection connection = server.open(subscription.database());
                    Statement statement = connection.createStatement()) {
                // The user's own event triggers and defaults have no say here.
                statement.execute("SET session_replication_role = replica");
                statement.execute("SET default_transaction_read_only = off");
                statement.execute("ALTER SUBSCRIPTION %s DISABLE".formatted(name));
            }
            LOG.warn(
                    """
                    The subscription {} in database {} is disabled: its slot on the \
                    publisher belongs to the node that this is a copy of. If this node \
                    takes its place: ALTER SUBSCRIPTION {} ENABLE. If not: ALTER \
                    SUBSCRIPTION {} SET (slot_name = NONE), and then DROP SUBSCRIPTION \
                    {}; without the first DROP removes the slot\
                    """,
                    subscription.name(),
                    subscription.database(),
                    name,
                    name,
                    name);
        }
    }

    private static List<Subscription> enabled(Opening server) throws SQLException {
        List<Subscription> found = new ArrayList<>();
        try (Connection connection = server.open("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ENABLED)) {
            while (row.next()) {
                found.add(new Subscription(row.getString(1), row.getString(2)));
            }
        }
        return found;
    }
}
