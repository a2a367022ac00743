package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Somebody who writes all the time, one numbered row after the other, to whichever server takes
/// writes, and goes on to the next row once the one before is acknowledged.
public final class CountingClient implements AutoCloseable {

    private static final long AGAIN_NANOS = 10_000_000;

    private final String url;
    private final Thread thread;
    private volatile boolean over;
    private volatile int acknowledged;
    private volatile long longestPause;

    private CountingClient(String url) {
        this.url = url;
        this.thread = Thread.ofPlatform().daemon().name("client").start(this::write);
    }

    /// @param url of JDBC, with every host and the password
    public static CountingClient start(String url) {
        CountingClient client = new CountingClient(url);
        client.awaitMore();
        return client;
    }

    /// For servers on the loopback address, which let everybody in.
    public static String url(ProcessNode... nodes) {
        StringBuilder hosts = new StringBuilder();
        for (ProcessNode node : nodes) {
            hosts.append(hosts.isEmpty() ? "" : ",").append("127.0.0.1:").append(node.port);
        }
        return """
        jdbc:postgresql://%s/postgres?user=postgres&targetServerType=primary\
        &hostRecheckSeconds=0&connectTimeout=5&socketTimeout=10\
        """
                .formatted(hosts);
    }

    private void write() {
        int row = 1;
        long last = System.nanoTime();
        while (!over) {
            try (Connection connection = DriverManager.getConnection(url)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("CREATE TABLE IF NOT EXISTS counted (n int PRIMARY KEY)");
                }
                try (PreparedStatement insert =
                        connection.prepareStatement(
                                // Its commit may have been acknowledged to nobody.
                                "INSERT INTO counted VALUES (?) ON CONFLICT DO NOTHING")) {
                    while (!over) {
                        insert.setInt(1, row);
                        insert.execute();
                        long now = System.nanoTime();
                        longestPause = Math.max(longestPause, row == 1 ? 0 : now - last);
                        last = now;
                        acknowledged = row;
                        row++;
                        LockSupport.parkNanos(AGAIN_NANOS);
                    }
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    public int acknowledged() {
        return acknowledged;
    }

    /// A row that is begun after this is acknowledged.
    public void awaitMore() {
        int before = acknowledged;
        Eventually.happens(
                "rows are acknowledged",
                () -> "%d rows so far".formatted(before),
                () -> acknowledged > before + 1);
    }

    /// Between two rows that were acknowledged.
    public Duration longestPause() {
        return Duration.ofNanos(longestPause);
    }

    /// Every row that was acknowledged is there.
    public void assertKept(ProcessNode node) {
        int rows = acknowledged;
        assertThat(node.ask("SELECT count(*) FROM counted WHERE n <= " + rows))
                .as("rows of %d acknowledged ones", rows)
                .isEqualTo(String.valueOf(rows));
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
