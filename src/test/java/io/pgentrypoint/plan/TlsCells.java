package io.pgentrypoint.plan;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.TlsFiles;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.TlsPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A server with a certificate.
record TlsCells(PatroniCells.Sink sink) {

    void add() {
        Settings tls = settings(Environments.standalone("POSTGRES_PASSWORD", "x"));
        cell("tls-first-boot", tls, new DataDirectory.Empty());
        cell("tls-as-it-was", tls, holding(tls, TlsFiles.none(), List.of()));
        cell("tls-new-pair", tls, holding(tls, other(false), List.of()));
        cell(
                "tls-not-set-any-more",
                Environments.parse(Environments.standalone()),
                Volumes.primary(with(ManagedFiles.none(), other(false))));
        Settings own =
                Environments.parse(
                        Environments.standalone("TLS", "self-signed", "POSTGRES_PASSWORD", "x"));
        cell("tls-self-signed-first-boot", own, new DataDirectory.Empty());
        cell("tls-self-signed-as-it-was", own, holding(own, other(true), List.of()));
        cell("tls-self-signed-that-ends", own, holding(own, other(false), List.of()));
        Settings clients =
                settings(
                        Environments.primary(
                                "POSTGRES_PASSWORD", "x",
                                "TLS_CA", Environments.tls("rsa.crt").toString(),
                                "TLS_CLIENT_AUTH", "verify-full",
                                "TLS_MIN_VERSION", "TLSv1.3"));
        cell("tls-with-certificates-of-clients", clients, new DataDirectory.Empty());
        cell(
                "tls-rules-of-the-user",
                clients,
                holding(
                        clients,
                        TlsFiles.none(),
                        List.of(
                                "hostssl shop app 10.0.0.0/8 scram-sha-256 clientcert=verify-ca",
                                "hostssl all all all cert",
                                "host all all all scram-sha-256")));
    }

    private static Settings settings(Map<String, String> environment) {
        environment.put("TLS_CERT", Environments.tls("ec.crt").toString());
        environment.put("TLS_KEY", Environments.tls("ec.key").toString());
        return Environments.parse(environment);
    }

    /// @param seen no pair: the one that is asked for
    private static DataDirectory holding(Settings settings, TlsFiles seen, List<String> rules) {
        TlsFiles files =
                seen.pair().isPresent()
                        ? seen
                        : new TlsFiles(
                                settings.tls().flatMap(tls -> tls.pair()),
                                false,
                                settings.tls().flatMap(tls -> tls.authorities()),
                                rules);
        return Volumes.primary(with(Volumes.written(settings), files));
    }

    /// @param lasting whether it is one of the node's own
    private static TlsFiles other(boolean lasting) {
        return new TlsFiles(
                Optional.of(new TlsPair("other", new Secret("other"))),
                lasting,
                Optional.empty(),
                List.of());
    }

    private static ManagedFiles with(ManagedFiles files, TlsFiles tls) {
        return new ManagedFiles(
                files.settings(),
                files.settingsIncluded(),
                files.hbaBlock(),
                files.autoSettings(),
                files.passFile(),
                files.missing(),
                tls);
    }

    private void cell(String name, Settings settings, DataDirectory volume) {
        sink.cell(name, settings, Volumes.holds(volume));
    }
}
