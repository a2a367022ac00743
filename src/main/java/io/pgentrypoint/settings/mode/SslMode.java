package io.pgentrypoint.settings.mode;

/// libpq's sslmode.
public enum SslMode {
    DISABLE,
    ALLOW,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL;

    /// The word that libpq and pgjdbc use.
    public String word() {
        return Spelling.of(this);
    }
}
