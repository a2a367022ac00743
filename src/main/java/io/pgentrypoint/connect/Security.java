package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;

/// TLS of a connection, in libpq's terms.
///
/// @param mode the word of sslmode
public record Security(
        String mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key) {

    void addTo(Properties properties) {
        PGProperty.SSL_MODE.set(properties, mode);
        rootCertificate.ifPresent(path -> PGProperty.SSL_ROOT_CERT.set(properties, text(path)));
        certificate.ifPresent(path -> PGProperty.SSL_CERT.set(properties, text(path)));
        key.ifPresent(path -> PGProperty.SSL_KEY.set(properties, text(path)));
        // The driver takes a PEM key for RSA unless it is told; libpq finds out by itself.
        certificate
                .flatMap(Security::keyAlgorithm)
                .ifPresent(name -> PGProperty.PEM_KEY_ALGORITHM.set(properties, name));
    }

    private static String text(Path path) {
        return path.toString();
    }

    /// Empty when the file is no certificate: the driver says so better when it reads it.
    private static Optional<String> keyAlgorithm(Path certificate) {
        try (InputStream in = Files.newInputStream(certificate)) {
            return Optional.of(
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(in)
                            .getPublicKey()
                            .getAlgorithm());
        } catch (IOException | CertificateException e) {
            return Optional.empty();
        }
    }
}
