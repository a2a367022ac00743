package io.pgentrypoint.plan.step;

/// What becomes of the old cluster once an upgrade is over.
public enum Ending {
    /// It is deleted.
    FINISH,
    /// It comes back into its place.
    REVERT
}
