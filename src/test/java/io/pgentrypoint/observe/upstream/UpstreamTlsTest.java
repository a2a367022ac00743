package io.pgentrypoint.observe.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.Certificates;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a server that speaks TLS and, for one role, wants a client certificate.
class UpstreamTlsTest {

    @TempDir private static Path directory;
    private static Certificates ours;
    private static Certificates strangers;
    private static RealCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        ours =
                Certificates.create(Files.createDirectory(directory.resolve("ours")))
                        .issue("server", "RSA", "localhost", "DNS:localhost")
                        .issue("rsa", "RSA", "certified", "DNS:replica")
                        .issue("ec", "EC", "certified", "DNS:replica");
        strangers = Certificates.create(Files.createDirectory(directory.resolve("strangers")));
        cluster = RealCluster.create();
        for (String name : List.of("server.key", "server.crt", "ca.crt")) {
            // Copied by the server's own user: it refuses a key that others can read.
            Files.copy(ours.file(name), cluster.data().resolve(name));
            Files.setOwner(
                    cluster.data().resolve(name), Files.getOwner(cluster.data().resolve("base")));
        }
        cluster.append("postgresql.conf", "ssl = on\nssl_ca_file = 'ca.crt'\n");
        Files.writeString(
                cluster.data().resolve("pg_hba.conf"),
                """
                local all all trust
                hostssl replication plain 127.0.0.1/32 trust
                hostssl replication proven 127.0.0.1/32 scram-sha-256
                hostssl replication certified 127.0.0.1/32 cert
                """);
        cluster.start();
        cluster.sql(
                "CREATE ROLE plain LOGIN REPLICATION",
                "CREATE ROLE certified LOGIN REPLICATION",
                "CREATE ROLE proven LOGIN REPLICATION PASSWORD 'unused'");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Upstream ask(String host, String user, Tls tls) {
        return new UpstreamReader()
                .ask(
                        new UpstreamServer(
                                new HostPort(host, cluster.port()),
                                new Credentials(user, new Secret("unused")),
                                tls),
                        1,
                        Duration.ofSeconds(10));
    }

    private static Tls verified(SslMode mode, Certificates authority) {
        return new Tls(
                mode,
                Optional.of(authority.file("ca.crt")),
                Optional.empty(),
                Optional.empty(),
                List.of(AuthMethod.NONE));
    }

    private static Tls certified(String name) {
        return new Tls(
                SslMode.VERIFY_FULL,
                Optional.of(ours.file("ca.crt")),
                Optional.of(ours.file(name + ".crt")),
                Optional.of(ours.file(name + ".key")),
                List.of(AuthMethod.NONE));
    }

    private static void assertReason(Upstream upstream, Reason reason, String detail) {
        assertThat(upstream)
                .isInstanceOfSatisfying(
                        Upstream.Unusable.class,
                        unusable -> {
                            assertThat(unusable.reason()).as(unusable.detail()).isEqualTo(reason);
                            assertThat(unusable.detail()).contains(detail);
                        });
    }

    @Test
    void a_server_whose_certificate_is_right_answers() {
        assertThat(ask("localhost", "plain", verified(SslMode.VERIFY_FULL, ours)))
                .isInstanceOf(Upstream.Answered.class);
    }

    @Test
    void the_default_mode_takes_tls_where_it_is_offered() {
        assertThat(
                        ask(
                                "127.0.0.1",
                                "plain",
                                new Tls(
                                        SslMode.PREFER,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        List.of(AuthMethod.NONE))))
                .isInstanceOf(Upstream.Answered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "pipe"})
    void a_certificate_file_without_an_end_is_refused(String name) throws Exception {
        Path file = directory.resolve(name);
        if (name.equals("pipe")) {
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        }
        Tls tls = new Tls(SslMode.VERIFY_CA, Optional.of(file), Optional.empty(), Optional.empty());
        assertReason(ask("localhost", "plain", tls), Reason.TLS, "not a regular file");
    }

    @Test
    void a_certificate_for_another_host_is_said() {
        assertReason(
                ask("127.0.0.1", "plain", verified(SslMode.VERIFY_FULL, ours)),
                Reason.TLS,
                "127.0.0.1");
    }

    @Test
    void a_certificate_of_another_authority_is_said() {
        assertReason(
                ask("localhost", "plain", verified(SslMode.VERIFY_CA, strangers)), Reason.TLS, "");
    }

    @Test
    void a_file_of_certificates_that_is_missing_is_said() {
        assertReason(
                ask(
                        "localhost",
                        "plain",
                        new Tls(
                                SslMode.VERIFY_CA,
                                Optional.of(directory.resolve("nothing.crt")),
                                Optional.empty(),
                                Optional.empty())),
                Reason.TLS,
                "nothing.crt");
    }

    @Test
    void a_client_without_tls_has_no_rule() {
        assertReason(
                ask(
                        "localhost",
                        "plain",
                        new Tls(
                                SslMode.DISABLE,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())),
                Reason.NO_HBA_ENTRY,
                "no encryption");
    }

    @Test
    void a_password_proves_the_server_and_is_tied_to_the_tls_connection() {
        Tls tls =
                new Tls(
                        SslMode.VERIFY_FULL,
                        Optional.of(ours.file("ca.crt")),
                        Optional.empty(),
                        Optional.empty());
        assertThat(tls.bindsChannel()).isTrue();
        assertThat(ask("localhost", "proven", tls)).isInstanceOf(Upstream.Answered.class);
        assertReason(ask("localhost", "plain", tls), Reason.UNPROVEN, "skipped authentication");
    }

    @Test
    void a_server_that_takes_a_certificate_for_a_password_is_used_only_where_that_is_asked_for() {
        Tls asked = certified("rsa");
        Tls tls = new Tls(asked.mode(), asked.rootCertificate(), asked.certificate(), asked.key());
        assertReason(ask("localhost", "certified", tls), Reason.UNPROVEN, "");
    }

    @Test
    void a_client_certificate_with_an_rsa_key_is_taken() {
        assertThat(ask("localhost", "certified", certified("rsa")))
                .isInstanceOf(Upstream.Answered.class);
    }

    @Test
    void a_client_certificate_with_an_elliptic_key_is_taken() {
        assertThat(ask("localhost", "certified", certified("ec")))
                .isInstanceOf(Upstream.Answered.class);
    }

    @Test
    void a_client_certificate_that_is_missing_is_said() {
        assertReason(
                ask("localhost", "certified", verified(SslMode.VERIFY_FULL, ours)),
                Reason.TLS,
                "certificate");
    }
}
