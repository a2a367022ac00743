package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.SslMode;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The server's certificate and key are read here, while this process may still be root, and
/// checked before a server has them.
///
/// @param hostName of this node
record ServerTlsReader(Environment environment, String hostName) {

    /// What can stand in a certificate as it is.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private static final Duration SOON = Duration.ofDays(14);

    Optional<ServerTls> read(Optional<Mode> mode) {
        Optional<Path> certificate = environment.read(TlsVariables.TLS_CERT);
        Optional<Path> key = environment.read(TlsVariables.TLS_KEY);
        Optional<Path> authorities = environment.read(TlsVariables.TLS_CA);
        String version = environment.read(TlsVariables.TLS_MIN_VERSION, () -> "TLSv1.2");
        ClientCertificate clients =
                environment.read(TlsVariables.TLS_CLIENT_AUTH, () -> ClientCertificate.NONE);
        Optional<Boolean> required = environment.read(TlsVariables.TLS_REQUIRE);
        boolean asked = clients != ClientCertificate.NONE || required.orElse(false);
        boolean own =
                environment.read(TlsVariables.TLS, () -> TlsSource.OFF) == TlsSource.SELF_SIGNED;
        if (own && (certificate.isPresent() || key.isPresent())) {
            refuse(
                    TlsVariables.TLS,
                    "self-signed",
                    "contradicts TLS_CERT and TLS_KEY, which name a certificate",
                    "unset one of them");
            return Optional.empty();
        }
        if (!own && certificate.isEmpty() && key.isEmpty()) {
            if (authorities.isPresent() || asked) {
                requirePair(authorities.isPresent() ? TlsVariables.TLS_CA : asking(clients));
            }
            return Optional.empty();
        }
        if (!own && (certificate.isEmpty() || key.isEmpty())) {
            refuse(
                    TlsVariables.TLS_CERT,
                    "",
                    "a certificate and its key belong together",
                    "set both TLS_CERT and TLS_KEY, or neither");
            return Optional.empty();
        }
        checkRules(mode, clients, authorities, required);
        // Before they are read: what changes after this is seen as a change.
        List<WatchedFile> files =
                Stream.of(certificate, key, authorities)
                        .flatMap(Optional::stream)
                        .map(WatchedFile::at)
                        .toList();
        Optional<String> signing =
                authorities.flatMap(file -> environment.file(TlsVariables.TLS_CA, file));
        signing.ifPresent(text -> certificates(TlsVariables.TLS_CA, authorities.get(), text));
        return Optional.of(
                new ServerTls(
                        certificate.flatMap(file -> key.flatMap(other -> pair(file, other))),
                        HOST.matcher(hostName).matches() ? hostName : "localhost",
                        signing.map(text -> text + "\n"),
                        version,
                        clients,
                        required.orElse(false) || clients != ClientCertificate.NONE,
                        files));
    }

    private static Variable<?> asking(ClientCertificate clients) {
        return clients == ClientCertificate.NONE
                ? TlsVariables.TLS_REQUIRE
                : TlsVariables.TLS_CLIENT_AUTH;
    }

    private void requirePair(Variable<?> variable) {
        refuse(
                variable,
                "",
                "asks for TLS, and the server has no certificate",
                "set TLS_CERT and TLS_KEY, or TLS=self-signed");
    }

    private void checkRules(
            Optional<Mode> mode,
            ClientCertificate clients,
            Optional<Path> authorities,
            Optional<Boolean> required) {
        if (mode.orElse(null) instanceof Mode.Patroni) {
            refuse(
                    environment.isSet(TlsVariables.TLS) ? TlsVariables.TLS : TlsVariables.TLS_CERT,
                    "",
                    "is not for Patroni, which alone reloads its server",
                    "set POSTGRES_CONF_ssl, POSTGRES_CONF_ssl_cert_file and POSTGRES_CONF_ssl_key_file");
        }
        if (clients != ClientCertificate.NONE && authorities.isEmpty()) {
            refuse(
                    TlsVariables.TLS_CLIENT_AUTH,
                    clients.word(),
                    "needs the authorities that sign the certificates of clients",
                    "set TLS_CA to the file of their certificates");
        }
        if (clients != ClientCertificate.NONE && required.isPresent() && !required.get()) {
            refuse(
                    TlsVariables.TLS_REQUIRE,
                    "false",
                    "contradicts TLS_CLIENT_AUTH: without TLS a client shows no certificate",
                    "unset one of them");
        }
        boolean hostssl = required.orElse(false) || clients != ClientCertificate.NONE;
        if (hostssl
                && !environment.isRefused(ClusterVariables.REPLICATION_SSLMODE)
                && environment.read(ClusterVariables.REPLICATION_SSLMODE, () -> SslMode.PREFER)
                        == SslMode.DISABLE) {
            refuse(
                    ClusterVariables.REPLICATION_SSLMODE,
                    "disable",
                    "does not go with %s: no replica could connect"
                            .formatted(asking(clients).name()),
                    "set it to verify-full, or unset it");
        }
    }

    private Optional<TlsPair> pair(Path certificate, Path key) {
        Optional<String> chain = environment.file(TlsVariables.TLS_CERT, certificate);
        Optional<String> secret = environment.file(TlsVariables.TLS_KEY, key);
        if (chain.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        List<X509Certificate> found = certificates(TlsVariables.TLS_CERT, certificate, chain.get());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            Pem.requireKeyOf(found.getFirst(), secret.get());
        } catch (BadValue e) {
            refuse(TlsVariables.TLS_KEY, key.toString(), e.rule(), e.remedy());
            return Optional.empty();
        }
        checkTime(found.getFirst(), certificate);
        return Optional.of(new TlsPair(chain.get() + "\n", new Secret(secret.get() + "\n")));
    }

    /// Only warnings: clients that do not verify go on, and a restart must not end that.
    private void checkTime(X509Certificate certificate, Path file) {
        Instant now = Instant.now();
        Instant end = certificate.getNotAfter().toInstant();
        String rule =
                certificate.getNotBefore().toInstant().isAfter(now)
                        ? "the certificate is not valid before %s"
                                .formatted(certificate.getNotBefore().toInstant())
                        : end.isBefore(now)
                                ? "the certificate ended at %s: clients that verify it are refused"
                                        .formatted(end)
                                : end.isBefore(now.plus(SOON))
                                        ? "the certificate ends at %s".formatted(end)
                                        : "";
        if (!rule.isEmpty()) {
            environment.report(
                    Problem.warning(
                            TlsVariables.TLS_CERT.name(),
                            file.toString(),
                            rule,
                            "replace both files; the server then has the new pair within 10 s"));
        }
    }

    private List<X509Certificate> certificates(Variable<?> variable, Path file, String text) {
        try {
            return Pem.certificates(text);
        } catch (BadValue e) {
            refuse(variable, file.toString(), e.rule(), e.remedy());
            return List.of();
        }
    }

    private void refuse(Variable<?> variable, String value, String rule, String remedy) {
        environment.report(Problem.error(variable.name(), value, rule, remedy));
    }
}
