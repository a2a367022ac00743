package io.pgentrypoint.settings;

/// Where the server's certificate comes from, if not from files.
enum TlsSource {
    OFF,
    SELF_SIGNED
}
