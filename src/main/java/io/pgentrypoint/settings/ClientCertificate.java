package io.pgentrypoint.settings;

import io.pgentrypoint.settings.mode.Spelling;

/// What is asked of a client's certificate, besides the method of its rule.
public enum ClientCertificate {
    NONE,
    VERIFY_CA,
    VERIFY_FULL;

    /// The word of pg_hba.conf.
    public String word() {
        return Spelling.of(this);
    }
}
