package io.pgentrypoint.run;

/// What users and tools of the official image wait for.
public enum Milestone {
    /// A new cluster lets everyone in.
    TRUSTING,
    NO_SCRIPTS,
    INITIALIZED,
    EXISTED
}
