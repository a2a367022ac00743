package io.pgentrypoint.mode;

import java.nio.file.Path;
import java.util.Optional;

/// How a standby protects its connection to its upstream, in libpq's terms.
public record Tls(
        SslMode mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key) {}
