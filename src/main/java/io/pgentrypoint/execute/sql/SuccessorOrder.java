package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.plan.step.HandOver;
import io.pgentrypoint.process.StopRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The order to take over, on the standby that gets it: a temporary slot, which its server drops
/// when this session ends, and with it the order.
public final class SuccessorOrder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SuccessorOrder.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);

    /// The standby is connected under that name once it is ready.
    private static final String READY =
            "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = ?)";

    private final HandOver.TellSuccessor step;
    private final String name;
    private final Connection connection;

    private SuccessorOrder(HandOver.TellSuccessor step, String name, Connection connection) {
        this.step = step;
        this.name = name;
        this.connection = connection;
    }

    public static SuccessorOrder give(HandOver.TellSuccessor step, String id) {
        String name = Succession.slot(id);
        try {
            Connection connection = UpstreamReader.connection(step.successor(), CONNECT).open();
            SuccessorOrder order = new SuccessorOrder(step, name, connection);
            try {
                new ReplicationCommands(connection).createTemporarySlot(name);
                return order;
            } catch (SQLException e) {
                order.close();
                throw e;
            }
        } catch (SQLException e) {
            throw Refusals.successorNotTold(step.successor().address(), e);
        }
    }

    /// @param own session on the server of this node
    public void awaitReady(Connection own, StopRequest stop) throws SQLException {
        long start = System.nanoTime();
        try (PreparedStatement ready = own.prepareStatement(READY)) {
            ready.setString(1, name);
            while (true) {
                try (ResultSet row = ready.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        return;
                    }
                }
                if (System.nanoTime() - start > step.atMost().toNanos()) {
                    throw Refusals.successorNotReady(step.successor().address(), step.atMost());
                }
                stop.pause(POLL);
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("The session had ended already", e);
        }
    }
}
