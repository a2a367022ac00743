package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Secret;
import java.time.Instant;
import java.util.Optional;

/// A certificate, with those that lead to its authority, and its key, as PEM.
public record TlsPair(String certificate, Secret key) {

    /// When the certificate ends; empty for what is no certificate.
    public Optional<Instant> end() {
        try {
            return Optional.of(Pem.certificates(certificate).getFirst().getNotAfter().toInstant());
        } catch (BadValue e) {
            return Optional.empty();
        }
    }
}
