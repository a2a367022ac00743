package io.pgentrypoint.observe.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.connect.Security;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UpstreamReaderIT {

    private static final String PASSWORD = "s3cret-word";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OTHER_PORT = 1;

    private static RealCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = RealCluster.create();
        Files.writeString(
                cluster.data().resolve("pg_hba.conf"),
                """
                local all all trust
                host replication locked_out 127.0.0.1/32 reject
                host replication outsider ::1/128 scram-sha-256
                host replication unknown_but_trusted 127.0.0.1/32 trust
                host replication replicator,plain,nobody,no_login 127.0.0.1/32 scram-sha-256
                """);
        cluster.start("-c max_connections=42 -c max_prepared_transactions=7");
        cluster.sql(
                "SET password_encryption = 'scram-sha-256'",
                "CREATE ROLE replicator LOGIN REPLICATION PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE plain LOGIN PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE no_login REPLICATION PASSWORD '" + PASSWORD + "'");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static UpstreamServer replica(
            String host, int port, String user, String password, SslMode sslMode) {
        return replica(
                host,
                port,
                user,
                password,
                new Tls(sslMode, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static UpstreamServer replica(
            String host, int port, String user, String password, Tls tls) {
        return new UpstreamServer(
                new HostPort(host, port), new Credentials(user, new Secret(password)), tls);
    }

    private static Upstream ask(String user, String password) {
        return new UpstreamReader()
                .ask(
                        replica("127.0.0.1", cluster.port(), user, password, SslMode.PREFER),
                        OTHER_PORT,
                        TIMEOUT);
    }

    private static Upstream askAt(String host, int port, Duration timeout) {
        return new UpstreamReader()
                .ask(
                        replica(host, port, "replicator", PASSWORD, SslMode.PREFER),
                        OTHER_PORT,
                        timeout);
    }

    private static void assertUnusable(Upstream upstream, Reason reason, String detail) {
        assertThat(upstream)
                .isInstanceOfSatisfying(
                        Upstream.Unusable.class,
                        unusable -> {
                            assertThat(unusable.reason()).as(unusable.detail()).isEqualTo(reason);
                            assertThat(unusable.detail())
                                    .contains(detail)
                                    .doesNotContain(PASSWORD)
                                    .doesNotContain("\n");
                        });
    }

    @Test
    void a_primary_answers_with_all_that_a_clone_needs_to_know() {
        assertThat(ask("replicator", PASSWORD))
                .isInstanceOfSatisfying(
                        Upstream.Answered.class,
                        answered -> {
                            assertThat(answered.systemIdentifier()).matches("\\d{19}");
                            assertThat(answered.timeline()).isEqualTo(1);
                            assertThat(answered.walPosition()).contains("/");
                            assertThat(answered.major()).isEqualTo(RealCluster.major());
                            assertThat(answered.standbySettings())
                                    .containsExactly(
                                            Map.entry("max_connections", 42),
                                            Map.entry("max_locks_per_transaction", 64),
                                            Map.entry("max_prepared_transactions", 7),
                                            Map.entry("max_wal_senders", 10),
                                            Map.entry("max_worker_processes", 8));
                        });
    }

    @Test
    void a_wrong_password_is_said() {
        assertUnusable(
                ask("replicator", "wrong"), Reason.WRONG_PASSWORD, "password authentication");
    }

    @Test
    void an_unknown_role_looks_like_a_wrong_password() {
        assertUnusable(ask("nobody", PASSWORD), Reason.WRONG_PASSWORD, "nobody");
    }

    @Test
    void an_unknown_role_that_needs_no_password_may_not_replicate() {
        assertUnusable(
                new UpstreamReader()
                        .ask(
                                replica(
                                        "127.0.0.1",
                                        cluster.port(),
                                        "unknown_but_trusted",
                                        PASSWORD,
                                        new Tls(
                                                SslMode.PREFER,
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty(),
                                                List.of(AuthMethod.NONE))),
                                OTHER_PORT,
                                TIMEOUT),
                Reason.NOT_A_REPLICATION_ROLE,
                "does not exist");
    }

    @Test
    void a_role_without_login_may_not_replicate() {
        assertUnusable(
                ask("no_login", PASSWORD), Reason.NOT_A_REPLICATION_ROLE, "not permitted to log");
    }

    @Test
    void a_role_without_replication_may_not_replicate() {
        assertUnusable(ask("plain", PASSWORD), Reason.NOT_A_REPLICATION_ROLE, "");
    }

    @Test
    void a_missing_rule_is_said() {
        assertUnusable(ask("outsider", PASSWORD), Reason.NO_HBA_ENTRY, "pg_hba.conf");
    }

    @Test
    void a_rule_that_rejects_is_said() {
        assertUnusable(ask("locked_out", PASSWORD), Reason.NO_HBA_ENTRY, "pg_hba.conf");
    }

    @Test
    void a_server_without_a_free_wal_sender_is_full() throws Exception {
        try (RealCluster small = another()) {
            small.start("-c max_connections=42 -c max_wal_senders=1");
            try (Connection _ =
                    new ReplicationConnection(
                                    "127.0.0.1",
                                    small.port(),
                                    "replicator",
                                    new Secret(PASSWORD),
                                    new Security(
                                            "disable",
                                            Optional.empty(),
                                            Optional.empty(),
                                            Optional.empty(),
                                            List.of("scram-sha-256"),
                                            false),
                                    TIMEOUT)
                            .open()) {
                assertUnusable(
                        askAt("127.0.0.1", small.port(), TIMEOUT), Reason.FULL, "max_wal_senders");
            }
        }
    }

    private static RealCluster another() throws IOException {
        RealCluster copy = cluster.copy();
        Files.delete(copy.data().resolve("postmaster.pid"));
        return copy;
    }

    @Test
    void tls_that_is_required_and_not_offered_is_said() {
        assertUnusable(
                new UpstreamReader()
                        .ask(
                                replica(
                                        "127.0.0.1",
                                        cluster.port(),
                                        "replicator",
                                        PASSWORD,
                                        SslMode.REQUIRE),
                                OTHER_PORT,
                                TIMEOUT),
                Reason.TLS,
                "SSL");
    }

    @Test
    void a_name_that_nobody_knows_is_said() {
        assertUnusable(
                askAt("primary.invalid", 5432, TIMEOUT), Reason.UNKNOWN_HOST, "primary.invalid");
    }

    @Test
    void a_port_that_nobody_listens_on_refuses() {
        assertUnusable(
                askAt("127.0.0.1", RealCluster.freePort(), TIMEOUT), Reason.REFUSED, "refused");
    }

    @Test
    void our_own_address_with_our_own_port_is_this_node() {
        assertUnusable(
                new UpstreamReader()
                        .ask(
                                replica(
                                        "localhost",
                                        cluster.port(),
                                        "replicator",
                                        PASSWORD,
                                        SslMode.PREFER),
                                cluster.port(),
                                TIMEOUT),
                Reason.ITSELF,
                "localhost:" + cluster.port() + " is 127.0.0.1");
    }

    @Test
    void a_standby_that_takes_no_queries_is_starting() throws IOException {
        try (RealCluster standby = another()) {
            standby.append("standby.signal", "");
            standby.start("-c hot_standby=off -c max_connections=42");
            assertUnusable(
                    askAt("127.0.0.1", standby.port(), TIMEOUT), Reason.STARTING, "not accepting");
        }
    }

    @Test
    void a_web_server_is_not_postgresql() throws IOException {
        try (ServerSocket listener = answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertUnusable(
                    askAt("127.0.0.1", listener.getLocalPort(), TIMEOUT),
                    Reason.NOT_POSTGRESQL,
                    "");
        }
    }

    @Test
    void a_server_that_hangs_up_does_not_answer() throws IOException {
        try (ServerSocket listener = answering("")) {
            assertUnusable(
                    askAt("127.0.0.1", listener.getLocalPort(), TIMEOUT), Reason.UNREACHABLE, "");
        }
    }

    @Test
    void a_server_that_stays_silent_does_not_answer_within_the_time() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();
            Upstream upstream = askAt("127.0.0.1", listener.getLocalPort(), Duration.ofMillis(500));
            assertUnusable(upstream, Reason.UNREACHABLE, "");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_resolver_that_stays_silent_does_not_hold_us_up() {
        CountDownLatch never = new CountDownLatch(1);
        HostNames hanging =
                new HostNames(host -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return new InetAddress[0];
                });
        Upstream upstream =
                new UpstreamReader(hanging)
                        .ask(
                                replica("db", 5432, "replicator", PASSWORD, SslMode.PREFER),
                                OTHER_PORT,
                                Duration.ofMillis(100));
        never.countDown();
        assertUnusable(upstream, Reason.UNREACHABLE, "the resolver does not answer for db");
    }

    /// Reads what the client says first, says this, and hangs up; as often as it is asked.
    private static ServerSocket answering(String text) throws IOException {
        ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try (Socket client = listener.accept()) {
                            int _ = client.getInputStream().read(new byte[1024]);
                            client.getOutputStream()
                                    .write(text.getBytes(StandardCharsets.US_ASCII));
                        } catch (IOException e) {
                            // the listener was closed, or the client went first
                        }
                    }
                });
        return listener;
    }
}
