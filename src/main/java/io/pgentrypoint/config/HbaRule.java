package io.pgentrypoint.config;

import io.pgentrypoint.settings.mode.Network;

/// One rule of pg_hba.conf for TCP connections, with and without TLS. The fields are as they stand
/// in the file, quoted where they need it.
public record HbaRule(String database, String user, String address, String method) {

    /// Lets a role replicate from a network. Only the bare word `replication` is the keyword, and a
    /// rule for `all` databases does not match replication.
    static HbaRule replication(String user, Network network) {
        String address = network.keyword() ? network.text() : Quoting.hba(network.text());
        return new HbaRule("replication", Quoting.hba(user), address, "scram-sha-256");
    }

    /// What the official image appends.
    static HbaRule everyone(String method) {
        return new HbaRule("all", "all", "all", method);
    }

    String line() {
        return String.join(" ", "host", database, user, address, method);
    }
}
