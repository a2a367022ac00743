package io.pgentrypoint.settings.mode;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a standby protects its connection to its upstream, in libpq's terms.
///
/// @param accepted the ways to log in that are accepted; any other one ends the connection before
///   the password, or anything made from it, is sent
public record Tls(
        SslMode mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key,
        List<AuthMethod> accepted) {

    public Tls {
        accepted = List.copyOf(accepted);
    }

    /// With SCRAM and no other way.
    public Tls(
            SslMode mode,
            Optional<Path> rootCertificate,
            Optional<Path> certificate,
            Optional<Path> key) {
        this(mode, rootCertificate, certificate, key, List.of(AuthMethod.SCRAM_SHA_256));
    }

    /// As require_auth has it.
    public String requireAuth() {
        return accepted.stream().map(AuthMethod::word).collect(Collectors.joining(","));
    }

    /// Whether the login itself must be tied to the TLS connection. That is SCRAM with TLS, which
    /// each server of PostgreSQL 11 or newer offers, and what nobody in between can pass on.
    public boolean bindsChannel() {
        boolean encrypts =
                switch (mode) {
                    case DISABLE, ALLOW, PREFER -> false;
                    case REQUIRE, VERIFY_CA, VERIFY_FULL -> true;
                };
        return encrypts && accepted.equals(List.of(AuthMethod.SCRAM_SHA_256));
    }
}
