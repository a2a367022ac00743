package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PidOneStopIT {

    private static final char CTRL_C = 3;

    private static Connection session(PidOne node) throws SQLException {
        return new LocalServer(node.node().sockets(), node.port())
                .open("postgres", Optional.empty(), "postgres");
    }

    @Tag("timed")
    @Test
    void two_hundred_idle_and_fifty_busy_sessions_stop_cleanly_inside_ten_seconds()
            throws Exception {
        try (PidOne node = PidOne.onCluster()) {
            node.set("STOP_GRACE", "10s")
                    .set("POSTGRES_CONF_max_connections", "300")
                    .start()
                    .awaitReady();
            node.sql("CREATE TABLE t (n int)");
            List<Connection> sessions = new ArrayList<>();
            for (int i = 0; i < 250; i++) {
                sessions.add(session(node));
            }
            CountDownLatch working = new CountDownLatch(50);
            sessions.subList(0, 50)
                    .forEach(one -> Thread.ofPlatform().daemon().start(() -> work(one, working)));
            working.await();

            assertThat(node.send("TERM").timeToEnd()).isLessThan(Duration.ofSeconds(10));
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        }
    }

    private static void work(Connection connection, CountDownLatch working) {
        try (Statement statement = connection.createStatement()) {
            while (true) {
                statement.execute("INSERT INTO t SELECT generate_series(1, 100)");
                working.countDown();
            }
        } catch (SQLException e) {
            // The server has ended the session.
        }
    }

    @Test
    void smart_lets_sessions_finish_and_says_what_it_waits_for() throws Exception {
        try (PidOne node = PidOne.onCluster().set("STOP_MODE", "smart").start().awaitReady()) {
            try (Connection session = session(node)) {
                node.send("TERM").awaitLog("Waiting for 1 session (1 idle)");
                assertThat(session.isValid(1)).isTrue();
            }
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.log()).contains("received smart shutdown request");
        }
    }

    @Test
    void ctrl_c_on_a_terminal_stops_in_the_mode_that_was_asked_for() throws Exception {
        try (PidOne node = PidOne.onCluster().set("STOP_MODE", "smart").onTerminal()) {
            node.start().awaitReady();
            try (Connection session = session(node)) {
                node.press(CTRL_C).awaitLog("Waiting for 1 session (1 idle)");
                assertThat(session.isValid(1)).isTrue();
            }
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.log()).doesNotContain("received fast shutdown request");
        }
    }

    @Test
    void a_second_stop_is_more_forceful() throws Exception {
        try (PidOne node = PidOne.onCluster().set("STOP_MODE", "smart").start().awaitReady();
                Connection _ = session(node)) {
            node.send("TERM").awaitLog("received smart shutdown request");
            node.send("TERM").awaitLog("received fast shutdown request");
            assertThat(node.exitCode()).as(node.log()).isZero();
        }
    }

    @Test
    void stop_mode_immediate_is_not_a_clean_end() throws IOException {
        try (PidOne node = PidOne.onCluster().set("STOP_MODE", "immediate")) {
            assertThat(node.start().awaitReady().send("TERM").exitCode()).isEqualTo(1);
            assertThat(node.log()).contains("received immediate shutdown request");
        }
    }

    @Test
    void the_immediate_shutdown_comes_before_the_orchestrators_patience_ends() throws Exception {
        try (PidOne node = PidOne.onCluster().set("STOP_GRACE", "2s").start().awaitReady();
                Connection session = session(node);
                Statement statement = session.createStatement()) {
            long backend;
            try (var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                backend = node.pidOutside(row.getLong(1));
            }
            RealCluster.execute(List.of("kill", "-STOP", String.valueOf(backend)));
            node.send("TERM").awaitLog("immediate shutdown (the time for this is over");
            RealCluster.execute(List.of("kill", "-CONT", String.valueOf(backend)));
            assertThat(node.exitCode()).as(node.log()).isEqualTo(1);
            assertThat(node.log()).contains("still waiting for 1 session", "\"in production\"");
        }
    }

    @Test
    void a_replica_has_received_its_primarys_shutdown_checkpoint() throws IOException {
        try (PidOne primary = PidOne.onCluster();
                PidOne replica = new PidOne()) {
            primary.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("REPLICATION_PASSWORD", "secret")
                    .start()
                    .awaitReady()
                    .await(
                            () ->
                                    primary.sql("SELECT FROM pg_roles WHERE rolreplication")
                                            .isEmpty(),
                            "");
            replica.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "replica")
                    .set("REPLICATION_PASSWORD", "secret")
                    .set("PRIMARY_HOST", "127.0.0.1")
                    .set("PRIMARY_PORT", String.valueOf(primary.port()))
                    .start()
                    .awaitReady();
            String streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
            primary.await(() -> primary.sql(streaming).equals("1"), "is followed");
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 100000) AS n");
            primary.send("TERM");
            assertThat(primary.exitCode()).as(primary.log()).isZero();

            String checkpoint = primary.controlData("Latest checkpoint location");
            assertThat(replica.sql("SELECT pg_last_wal_receive_lsn() > '" + checkpoint + "'"))
                    .isEqualTo("t");
            assertThat(replica.send("TERM").exitCode()).as(replica.log()).isZero();
            assertThat(replica.controlData("Database cluster state"))
                    .isEqualTo("shut down in recovery");
        }
    }
}
