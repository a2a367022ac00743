package io.pgentrypoint.settings;

import java.util.Optional;

/// How the server proves itself by TLS, and what it asks of its clients.
///
/// @param pair what it proves itself with
/// @param authorities the certificates that sign those of clients (PEM)
/// @param minimumVersion as ssl_min_protocol_version has it
/// @param clients which certificate they must have
/// @param required whether our rules let in nobody without TLS
public record ServerTls(
        TlsPair pair,
        Optional<String> authorities,
        String minimumVersion,
        ClientCertificate clients,
        boolean required) {}
