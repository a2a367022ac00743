package io.pgentrypoint.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServerIT {

    private static final String PASSWORD = "a 'b' \\c äöü";

    private static RealCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = RealCluster.create();
        Files.writeString(
                cluster.data().resolve("pg_hba.conf"),
                "local all guarded scram-sha-256\nlocal all all trust\n");
        cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Connection open() throws SQLException {
        return cluster.server().open("postgres", Optional.empty(), "postgres");
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    @Test
    void it_comes_by_the_socket_and_says_who_it_is() throws SQLException {
        try (Connection connection = open()) {
            assertThat(ask(connection, "SELECT inet_client_addr()")).isNull();
            assertThat(ask(connection, "SHOW application_name")).isEqualTo("entrypoint");
        }
    }

    @Test
    void it_logs_in_with_a_password() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("SET password_encryption = 'scram-sha-256'");
            statement.execute(
                    "CREATE ROLE guarded LOGIN PASSWORD E'" + "a \\'b\\' \\\\c äöü" + "'");
        }
        try (Connection connection =
                cluster.server().open("guarded", Optional.of(new Secret(PASSWORD)), "postgres")) {
            assertThat(ask(connection, "SELECT current_user")).isEqualTo("guarded");
        }
        assertThatThrownBy(() ->
                        cluster.server()
                                .open("guarded", Optional.of(new Secret("wrong")), "postgres"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void a_database_may_have_any_name() throws SQLException {
        String name = "a b+c/ü?&x=1%41";
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name + "\"");
        }
        try (Connection connection = cluster.server().open("postgres", Optional.empty(), name)) {
            assertThat(ask(connection, "SELECT current_database()")).isEqualTo(name);
        }
    }

    @Test
    void a_missing_socket_file_is_named(@TempDir Path directory) {
        assertThatThrownBy(() ->
                        new LocalServer(directory, 5432)
                                .open("postgres", Optional.empty(), "postgres"))
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith("cannot connect to the server at " + directory)
                .hasMessageContaining(".s.PGSQL.5432")
                .hasMessageNotContaining("TCP");
    }

    @Test
    void a_socket_file_that_nobody_listens_on_is_named(@TempDir Path directory) throws IOException {
        LocalServer dead = new LocalServer(directory, 5432);
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(dead.socketFile()));
        }
        assertThat(dead.socketFile()).exists();
        assertThatThrownBy(() -> dead.open("postgres", Optional.empty(), "postgres"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"))
                .hasMessageContaining(dead.socketFile() + ": Connection refused");
    }

    @Test
    void a_terminated_session_learns_why() throws SQLException {
        try (Connection victim = open();
                Connection killer = open()) {
            String pid = ask(victim, "SELECT pg_backend_pid()");
            assertThat(ask(killer, "SELECT pg_terminate_backend(" + pid + ", 10000)"))
                    .isEqualTo("t");
            SQLException e =
                    catchThrowableOfType(SQLException.class, () -> ask(victim, "SELECT 1"));
            assertThat(e.getSQLState()).isEqualTo("57P01");
        }
    }

    @Test
    void a_query_that_takes_too_long_is_cancelled() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            statement.setQueryTimeout(0);
            assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void an_answer_that_does_not_come_ends_the_wait() throws SQLException {
        try (Connection connection = open()) {
            connection.setNetworkTimeout(Runnable::run, 100);
            SQLException e =
                    catchThrowableOfType(
                            SQLException.class, () -> ask(connection, "SELECT pg_sleep(60)"));
            assertThat(e.getSQLState()).isEqualTo("08006");
            assertThat((Throwable) e).hasCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void an_interrupt_neither_breaks_the_connection_nor_gets_lost() throws SQLException {
        try (Connection connection = open()) {
            Thread.currentThread().interrupt();
            assertThat(ask(connection, "SELECT pg_sleep(0.2)::text || 'x'")).isEqualTo("x");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void closing_it_ends_a_wait_in_another_thread() throws Exception {
        try (Connection connection = open();
                Connection observer = open()) {
            String pid = ask(connection, "SELECT pg_backend_pid()");
            CountDownLatch asked = new CountDownLatch(1);
            CompletableFuture<SQLException> ended =
                    CompletableFuture.supplyAsync(() -> {
                        asked.countDown();
                        return catchThrowableOfType(
                                SQLException.class, () -> ask(connection, "SELECT pg_sleep(60)"));
                    });
            asked.await();
            String active =
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid = " + pid;
            while (!"1".equals(ask(observer, active))) {
                Thread.onSpinWait();
            }
            connection.abort(Runnable::run);
            assertThat(ended.get().getSQLState()).isEqualTo("08006");
            ask(observer, "SELECT pg_terminate_backend(" + pid + ", 10000)");
        }
    }

    @Test
    void much_goes_through_in_both_directions() throws SQLException {
        byte[] much = new byte[20 * 1024 * 1024];
        Arrays.fill(much, (byte) 'x');
        try (Connection connection = open();
                PreparedStatement echo = connection.prepareStatement("SELECT ?::bytea")) {
            echo.setBytes(1, much);
            try (ResultSet row = echo.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getBytes(1)).isEqualTo(much);
            }
        }
    }

    @Test
    void closed_connections_leave_no_descriptor_open() throws SQLException, IOException {
        try (Connection connection = open()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        long before = descriptors();
        for (int i = 0; i < 30; i++) {
            try (Connection connection = open()) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
        assertThat(descriptors()).isLessThan(before + 10);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
