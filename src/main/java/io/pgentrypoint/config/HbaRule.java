package io.pgentrypoint.config;

import io.pgentrypoint.settings.ClientCertificate;
import io.pgentrypoint.settings.ServerTls;
import io.pgentrypoint.settings.mode.Network;
import java.util.Optional;

/// One rule of pg_hba.conf for TCP connections. The fields are as they stand in the file, quoted
/// where they need it.
///
/// @param type host, or hostssl for connections with TLS only
/// @param method with its options
public record HbaRule(String type, String database, String user, String address, String method) {

    /// Lets a role replicate from a network. Only the bare word `replication` is the keyword, and a
    /// rule for `all` databases does not match replication.
    static HbaRule replication(String user, Network network, Optional<ServerTls> tls) {
        String address = network.keyword() ? network.text() : Quoting.hba(network.text());
        return new HbaRule(
                type(tls),
                "replication",
                Quoting.hba(user),
                address,
                "scram-sha-256" + certificate(tls));
    }

    /// What the official image appends.
    static HbaRule everyone(String method, Optional<ServerTls> tls) {
        return new HbaRule(type(tls), "all", "all", "all", method + certificate(tls));
    }

    private static String type(Optional<ServerTls> tls) {
        return tls.filter(ServerTls::required).isPresent() ? "hostssl" : "host";
    }

    private static String certificate(Optional<ServerTls> tls) {
        return tls.map(ServerTls::clients)
                .filter(clients -> clients != ClientCertificate.NONE)
                .map(clients -> " clientcert=" + clients.word())
                .orElse("");
    }

    String line() {
        return String.join(" ", type, database, user, address, method);
    }
}
