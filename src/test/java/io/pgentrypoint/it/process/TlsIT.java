package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.Certificates;
import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A server with a certificate of the user's.
class TlsIT {

    /// What a client sees that asks for TLS.
    private static String served(ProcessNode node) {
        return RealCluster.execute(
                List.of(
                        "sh",
                        "-c",
                        """
                        openssl s_client -starttls postgres -connect 127.0.0.1:"$0" </dev/null \
                        2>/dev/null | openssl x509 -noout -fingerprint || true\
                        """,
                        String.valueOf(node.port)));
    }

    private static String fingerprint(Path certificate) {
        return RealCluster.execute(
                List.of(
                        "openssl",
                        "x509",
                        "-in",
                        certificate.toString(),
                        "-noout",
                        "-fingerprint"));
    }

    @Test
    void a_key_that_only_root_can_read_is_copied_for_the_server_and_another_one_is_refused()
            throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone().made()) {
            Certificates made =
                    Certificates.create(Files.createDirectory(node.home.resolve("tls")))
                            .issue("server", "EC", "localhost", "DNS:localhost")
                            .issue("other", "EC", "localhost", "DNS:localhost");
            Files.setPosixFilePermissions(
                    made.file("server.key"), PosixFilePermissions.fromString("r--------"));
            Files.setPosixFilePermissions(
                    made.directory(), PosixFilePermissions.fromString("rwx------"));
            node.with("TLS_CERT", made.file("server.crt").toString())
                    .with("TLS_KEY", made.file("server.key").toString())
                    .with("TLS_REQUIRE", "true");
            Run run = node.serve();
            assertThat(served(node)).isEqualTo(fingerprint(made.file("server.crt")));
            assertThat(node.ask("SHOW ssl_min_protocol_version")).isEqualTo("TLSv1.2");
            assertThat(run.said()).contains("lets clients in without TLS (host all all all");
            Path copy = new Layout(node.data).serverKey();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                    .isEqualTo("rw-------");
            // What root alone can read keeps what the start has read.
            run.signal("HUP");
            run.await("Reloading the server", 60);
            assertThat(served(node)).isEqualTo(fingerprint(made.file("server.crt")));
            assertThat(run.stop().code()).isZero();
            Run.Ended refused = node.with("TLS_KEY", made.file("other.key").toString()).call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(78);
            assertThat(refused.stderr())
                    .contains("TLS_KEY=" + made.file("other.key"), "does not belong");
        }
    }

    /// As Kubernetes mounts a secret: links through one link, which is exchanged.
    private static void mount(Path place, Path content) throws IOException {
        Path beside = place.resolve("..data_tmp");
        Files.createSymbolicLink(beside, content);
        Files.move(beside, place.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        for (String name : List.of("server.crt", "server.key")) {
            if (!Files.isSymbolicLink(place.resolve(name))) {
                Files.createSymbolicLink(place.resolve(name), Path.of("..data", name));
            }
        }
    }

    /// A directory that the server's user can look into, with a pair of an authority of its own.
    private static Certificates pair(ProcessNode node, String name) throws IOException {
        Certificates made =
                Certificates.create(Files.createDirectory(node.home.resolve(name)), name)
                        .issue("server", "EC", "localhost", "DNS:localhost,IP:127.0.0.1");
        Files.setPosixFilePermissions(
                made.file("server.key"), PosixFilePermissions.fromString("rw-r--r--"));
        return made;
    }

    private static void awaitServed(ProcessNode node, Path certificate) {
        String wanted = fingerprint(certificate);
        String _ =
                Eventually.answers(
                        "the certificate on port " + node.port, () -> served(node), wanted::equals);
    }

    @Test
    void a_new_pair_is_taken_without_the_end_of_a_session_and_a_wrong_one_is_named_once()
            throws Exception {
        try (ProcessNode node = ProcessNode.standalone().made()) {
            Certificates first = pair(node, "first");
            Certificates second = pair(node, "second");
            Certificates wrong = pair(node, "wrong");
            Files.copy(
                    first.file("server.key"),
                    wrong.file("server.key"),
                    StandardCopyOption.REPLACE_EXISTING);
            Path place = Files.createDirectory(node.home.resolve("tls"));
            mount(place, first.directory());
            Run run =
                    node.with("TLS_CERT", place.resolve("server.crt").toString())
                            .with("TLS_KEY", place.resolve("server.key").toString())
                            .serve();
            awaitServed(node, first.file("server.crt"));
            try (Connection session = node.connect()) {
                mount(place, wrong.directory());
                run.await(
                        "TLS_KEY=%s: the key does not belong"
                                .formatted(place.resolve("server.key")),
                        60);
                assertThat(served(node)).isEqualTo(fingerprint(first.file("server.crt")));
                mount(place, second.directory());
                awaitServed(node, second.file("server.crt"));
                assertThat(session.isValid(60)).isTrue();
            }
            assertThat(run.said().split("does not belong", -1)).hasSize(2);
            assertThat(node.call("status").stdout())
                    .containsPattern("(?m)^tls +the certificate ends at .* in [12] days$");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_replica_that_verifies_its_primary_streams_through_a_change_of_the_authority()
            throws IOException {
        try (Pair nodes = Pair.create()) {
            ProcessNode primary = nodes.one();
            Certificates before = pair(primary, "before");
            Certificates after = pair(primary, "after");
            Path place = Files.createDirectory(primary.home.resolve("tls"));
            mount(place, before.directory());
            Path trusted = place.resolve("ca.crt");
            Files.copy(before.file("ca.crt"), trusted);
            Run[] runs = nodes.serve();
            assertThat(runs[1].stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
            primary.with("TLS_CERT", place.resolve("server.crt").toString())
                    .with("TLS_KEY", place.resolve("server.key").toString())
                    .with("TLS_REQUIRE", "true");
            nodes.two()
                    .with("REPLICATION_SSLMODE", "verify-full")
                    .with("REPLICATION_SSLROOTCERT", trusted.toString());
            Run first = primary.serve();
            Run second = nodes.two().serve();
            awaitEncrypted(primary);

            Files.writeString(
                    trusted,
                    Files.readString(before.file("ca.crt"))
                            + Files.readString(after.file("ca.crt")));
            String sender = primary.ask("SELECT pid FROM pg_stat_replication");
            mount(place, after.directory());
            awaitServed(primary, after.file("server.crt"));
            assertThat(primary.ask("SELECT pid FROM pg_stat_replication")).isEqualTo(sender);
            Files.copy(after.file("ca.crt"), trusted, StandardCopyOption.REPLACE_EXISTING);
            primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
            Pair.await(
                    primary,
                    "SELECT count(*) FROM pg_stat_replication WHERE pid <> " + sender,
                    "1");
            awaitEncrypted(primary);
            Pair.assertFollows(nodes.two(), primary);
            assertThat(second.stop().code()).isZero();
            assertThat(first.stop().code()).isZero();
        }
    }

    private static void awaitEncrypted(ProcessNode primary) {
        Pair.await(
                primary,
                "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid) WHERE state = 'streaming'",
                "t");
    }

    @Test
    void a_server_makes_its_own_certificate_once_and_lets_in_who_shows_one_of_the_authoritys()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Certificates clients =
                    Certificates.create(Files.createDirectory(node.home.resolve("tls")))
                            .issue("admin", "EC", "postgres", "DNS:none")
                            .issue("other", "EC", "other", "DNS:none");
            node.with("TLS", "self-signed")
                    .with("TLS_CA", clients.file("ca.crt").toString())
                    .with("TLS_CLIENT_AUTH", "verify-full");
            Run run = node.serve();
            String made = served(node);
            assertThat(made).contains("Fingerprint");
            // Those of initdb are for programs of the container.
            Path rules = node.data.resolve("pg_hba.conf");
            Files.writeString(rules, Files.readString(rules).replaceAll("(?m)^host .* trust$", ""));
            node.sql("SELECT pg_reload_conf()");
            assertThat(login(node, "sslmode=disable")).contains("no encryption");
            assertThat(login(node, "sslmode=require")).contains("certificate");
            assertThat(login(node, "sslmode=require " + certificate(clients, "other")))
                    .contains("authentication failed");
            assertThat(login(node, "sslmode=require " + certificate(clients, "admin")))
                    .isEqualTo("t\n");
            assertThat(run.stop().code()).isZero();
            Run again = node.serve();
            assertThat(served(node)).isEqualTo(made);
            assertThat(again.stop().code()).isZero();
            Layout layout = new Layout(node.data);
            Files.copy(
                    Environments.tls("ended.crt"),
                    layout.serverCertificate(),
                    StandardCopyOption.REPLACE_EXISTING);
            assertThat(node.call("plan").stdout()).contains("make a self-signed certificate for");
        }
    }

    private static String certificate(Certificates clients, String name) {
        return "sslcert=%s sslkey=%s"
                .formatted(clients.file(name + ".crt"), clients.file(name + ".key"));
    }

    private static String login(ProcessNode node, String how) {
        return RealCluster.execute(
                List.of(
                        "sh",
                        "-c",
                        """
                        PGPASSWORD=super "$0" -XAtc \
                        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' "$1" || true\
                        """,
                        RealCluster.programs().resolve("psql").toString(),
                        "host=127.0.0.1 port=%d user=postgres dbname=postgres %s"
                                .formatted(node.port, how)));
    }
}
