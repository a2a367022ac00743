package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.Certificates;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
}
