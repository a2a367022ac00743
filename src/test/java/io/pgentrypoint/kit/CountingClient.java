package io.pgentrypoint.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Somebody who writes all the time, one numbered row after the other, to whichever server takes
/// writes, and goes on to the next row once the one before is acknowledged.
public final class CountingClient implements AutoCloseable {

    private static final long AGAIN_NANOS = 10_000_000;
    private static final String MAKE = "CREATE TABLE IF NOT EXISTS %s (n int PRIMARY KEY)";
    // The commit of the same row may have been acknowledged to nobody.
    private static final String INSERT = "INSERT INTO %s VALUES (%s) ON CONFLICT DO NOTHING";

    private final String table;
    private final Opening opening;
    private final Thread thread;
    private volatile boolean over;
    private volatile int acknowledged;
    private volatile long longestPause;

    private CountingClient(String table, Opening opening) {
        this.table = table;
        this.opening = opening;
        this.thread = Thread.ofPlatform().daemon().name(table).start(this::write);
    }

    private interface Opening {
        Session open() throws SQLException, IOException;
    }

    private interface Session extends AutoCloseable {
        /// @throws IOException when nobody has said that it is there
        void insert(int row) throws SQLException, IOException;

        @Override
        void close() throws SQLException, IOException;
    }

    /// The JDBC driver.
    ///
    /// @param url of JDBC, with every host and the password
    public static CountingClient start(String url) {
        return of("counted", () -> new OfDriver("counted", DriverManager.getConnection(url)));
    }

    /// libpq, by psql.
    ///
    /// @param table of its own
    /// @param connection as libpq takes it
    public static CountingClient psql(String table, String connection) {
        return of(table, () -> new OfPsql(table, connection));
    }

    private static CountingClient of(String table, Opening opening) {
        CountingClient client = new CountingClient(table, opening);
        client.awaitMore();
        return client;
    }

    /// For servers on the loopback address, which let everybody in.
    public static String url(ProcessNode... nodes) {
        return """
        jdbc:postgresql://%s/postgres?user=postgres&targetServerType=primary\
        &hostRecheckSeconds=0&connectTimeout=5&socketTimeout=10\
        """
                .formatted(
                        Stream.of(nodes)
                                .map(node -> "127.0.0.1:" + node.port)
                                .collect(Collectors.joining(",")));
    }

    /// The same for libpq.
    public static String conninfo(ProcessNode... nodes) {
        return """
        host=%s port=%s dbname=postgres user=postgres target_session_attrs=read-write \
        connect_timeout=3\
        """
                .formatted(
                        Stream.of(nodes).map(_ -> "127.0.0.1").collect(Collectors.joining(",")),
                        Stream.of(nodes)
                                .map(node -> String.valueOf(node.port))
                                .collect(Collectors.joining(",")));
    }

    private void write() {
        int row = 1;
        long last = System.nanoTime();
        while (!over) {
            try (Session session = opening.open()) {
                while (!over) {
                    session.insert(row);
                    long now = System.nanoTime();
                    longestPause = Math.max(longestPause, row == 1 ? 0 : now - last);
                    last = now;
                    acknowledged = row;
                    row++;
                    LockSupport.parkNanos(AGAIN_NANOS);
                }
            } catch (SQLException | IOException e) {
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    private static final class OfDriver implements Session {

        private final Connection connection;
        private final PreparedStatement insert;

        OfDriver(String table, Connection connection) throws SQLException {
            this.connection = connection;
            try (Statement statement = connection.createStatement()) {
                statement.execute(MAKE.formatted(table));
                insert = connection.prepareStatement(INSERT.formatted(table, "?"));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public void insert(int row) throws SQLException {
            insert.setInt(1, row);
            insert.execute();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /// It ends at the first error, and says a row only after the statement before it.
    private static final class OfPsql implements Session {

        private final Process process;
        private final BufferedReader says;
        private final String table;

        OfPsql(String table, String connection) throws IOException {
            this.table = table;
            ProcessBuilder psql =
                    new ProcessBuilder(
                                    RealCluster.programs().resolve("psql").toString(),
                                    "-XqAt",
                                    "-vON_ERROR_STOP=1",
                                    connection)
                            .redirectError(ProcessBuilder.Redirect.DISCARD);
            psql.environment().clear();
            psql.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "PGPASSWORD", "super"));
            process = psql.start();
            says = process.inputReader(UTF_8);
            type("SET client_min_messages = warning");
            type(MAKE.formatted(table));
        }

        private void type(String statement) throws IOException {
            process.getOutputStream().write((statement + ";\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        }

        @Override
        public void insert(int row) throws IOException {
            type(INSERT.formatted(table, row));
            type("SELECT " + row);
            if (!String.valueOf(row).equals(says.readLine())) {
                throw new IOException("psql has ended");
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    public int acknowledged() {
        return acknowledged;
    }

    /// A row that is begun after this is acknowledged.
    public void awaitMore() {
        int before = acknowledged;
        Eventually.happens(
                "rows of %s are acknowledged".formatted(table),
                () -> "%d rows so far".formatted(before),
                () -> acknowledged > before + 1);
    }

    /// Between two rows that were acknowledged.
    public Duration longestPause() {
        return Duration.ofNanos(longestPause);
    }

    /// The longest one is counted anew.
    public void forgetPauses() {
        longestPause = 0;
    }

    /// Every row that was acknowledged is there.
    public void assertKept(ProcessNode node) {
        int rows = acknowledged;
        assertThat(node.ask("SELECT count(*) FROM %s WHERE n <= %d".formatted(table, rows)))
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

    @Override
    public String toString() {
        return "%s: %d rows acknowledged, longest pause %d ms"
                .formatted(table, acknowledged, longestPause().toMillis());
    }
}
