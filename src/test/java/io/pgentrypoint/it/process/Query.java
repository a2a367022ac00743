package io.pgentrypoint.it.process;

import io.pgentrypoint.kit.ProcessNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// A transaction that stays open and holds what it has read.
final class Query implements AutoCloseable {

    private final Connection connection;

    Query(ProcessNode node) {
        connection = node.connect();
    }

    void open(String query) {
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.execute(query);
            }
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError("cannot close a connection", e);
        }
    }
}
