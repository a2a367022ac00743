package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Secret;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// A certificate, with those that lead to its authority, and its key, as PEM.
public record TlsPair(String certificate, Secret key) {

    /// When the certificate ends; empty for what is no certificate.
    public Optional<Instant> end() {
        return endOf(certificate);
    }

    public static Optional<Instant> endOf(String certificate) {
        return first(certificate).map(found -> found.getNotAfter().toInstant());
    }

    /// Whether no authority has signed it.
    public boolean selfSigned() {
        return first(certificate)
                .filter(found ->
                        found.getIssuerX500Principal().equals(found.getSubjectX500Principal()))
                .isPresent();
    }

    private static Optional<X509Certificate> first(String certificate) {
        try {
            return Optional.of(Pem.certificates(certificate).getFirst());
        } catch (BadValue e) {
            return Optional.empty();
        }
    }
}
