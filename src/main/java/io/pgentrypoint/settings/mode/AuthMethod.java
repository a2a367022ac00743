package io.pgentrypoint.settings.mode;

/// How an upstream or a peer may let this node in, in the words of libpq's require_auth. Only SCRAM
/// proves to this node that the other one knows the password too.
public enum AuthMethod {
    SCRAM_SHA_256,
    MD5,
    PASSWORD,
    /// `trust`, or a client certificate.
    NONE;

    /// The word that libpq and pgjdbc use.
    public String word() {
        return Spelling.of(this);
    }
}
