package io.pgentrypoint.settings;

import io.pgentrypoint.settings.Variable.Group;
import java.nio.file.Path;

/// The variables by which the server takes TLS connections.
final class TlsVariables {

    static final VariableList LIST = new VariableList();

    static final Variable<TlsSource> TLS =
            LIST.declare(
                    "TLS",
                    Group.TLS,
                    Parsers.oneOf(TlsSource.class),
                    "off",
                    """
                    self-signed: without TLS_CERT the server makes a certificate for the name of \
                    its host, which encrypts and proves nothing, keeps it on the volume and renews \
                    it\
                    """);
    static final Variable<Path> TLS_CERT =
            LIST.declare(
                    "TLS_CERT",
                    Group.TLS,
                    Parsers::pemFile,
                    "–",
                    """
                    path of the server's certificate (PEM), with those of intermediate authorities \
                    behind it; with TLS_KEY it switches TLS on\
                    """);
    static final Variable<Path> TLS_KEY =
            LIST.declare(
                    "TLS_KEY",
                    Group.TLS,
                    Parsers::pemFile,
                    "–",
                    """
                    path of the key of TLS_CERT (PEM, no passphrase), of any owner and mode; the \
                    server reads a private copy\
                    """);
    static final Variable<Path> TLS_CA =
            LIST.declare(
                    "TLS_CA",
                    Group.TLS,
                    Parsers::pemFile,
                    "–",
                    "path of the certificates of the authorities that sign those of clients (PEM)");
    static final Variable<String> TLS_MIN_VERSION =
            LIST.declare(
                    "TLS_MIN_VERSION",
                    Group.TLS,
                    Parsers::tlsVersion,
                    "TLSv1.2",
                    "the oldest version of TLS that clients may use: TLSv1.2 or TLSv1.3");
    static final Variable<ClientCertificate> TLS_CLIENT_AUTH =
            LIST.declare(
                    "TLS_CLIENT_AUTH",
                    Group.TLS,
                    Parsers.oneOf(ClientCertificate.class),
                    "none",
                    """
                    which certificate a client must have besides its password: none, verify-ca \
                    (one that TLS_CA signs), verify-full (one for the name of its role)\
                    """);
    static final Variable<Boolean> TLS_REQUIRE =
            LIST.declare(
                    "TLS_REQUIRE",
                    Group.TLS,
                    Parsers::bool,
                    "false; true with TLS_CLIENT_AUTH",
                    "whether the rules of the entrypoint let in TLS connections only (hostssl)");

    private TlsVariables() {}
}
