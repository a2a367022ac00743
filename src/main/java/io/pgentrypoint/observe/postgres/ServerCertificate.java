package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// The certificate that the settings of the environment give to the server.
public sealed interface ServerCertificate {

    record Absent(String because) implements ServerCertificate {}

    record Unreadable(Path file, String why) implements ServerCertificate {}

    record Valid(Path file, Instant until) implements ServerCertificate {}

    /// A relative path is one below the data directory, as the server has it.
    static ServerCertificate read(Settings settings) {
        Optional<String> named =
                settings.serverArguments()
                        .setting("ssl_cert_file")
                        .or(() ->
                                Optional.ofNullable(
                                        settings.serverSettings().get("ssl_cert_file")));
        return named.map(name -> read(settings.dataDirectory().resolve(name)))
                .orElse(new Absent("the environment names none (ssl_cert_file)"));
    }

    private static ServerCertificate read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            // The server's own is the first of a chain.
            return CertificateFactory.getInstance("X.509").generateCertificate(in)
                            instanceof X509Certificate certificate
                    ? new Valid(file, certificate.getNotAfter().toInstant())
                    : new Unreadable(file, "it is no X.509 certificate");
        } catch (IOException | CertificateException e) {
            return new Unreadable(file, String.valueOf(e.getMessage()));
        }
    }
}
