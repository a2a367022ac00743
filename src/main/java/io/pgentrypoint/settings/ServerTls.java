package io.pgentrypoint.settings;

import java.util.List;
import java.util.Optional;

/// How the server proves itself by TLS, and what it asks of its clients.
///
/// @param pair what it proves itself with; absent: it makes its own, which nobody else has signed
/// @param name of this node, in a pair of its own
/// @param authorities the certificates that sign those of clients (PEM)
/// @param minimumVersion as ssl_min_protocol_version has it
/// @param clients which certificate they must have
/// @param required whether our rules let in nobody without TLS
/// @param files that this was read from, as they were before
public record ServerTls(
        Optional<TlsPair> pair,
        String name,
        Optional<String> authorities,
        String minimumVersion,
        ClientCertificate clients,
        boolean required,
        List<WatchedFile> files) {

    public ServerTls {
        files = List.copyOf(files);
    }
}
