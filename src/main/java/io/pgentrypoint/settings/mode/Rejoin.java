package io.pgentrypoint.settings.mode;

/// What a replica may do with data of its own that its primary does not have.
public enum Rejoin {
    /// Nothing: it says what would be lost and stops.
    REFUSE,
    /// Undo what the primary does not have, with pg_rewind.
    REWIND,
    /// Move the data directory aside and clone anew.
    RECLONE;

    /// The value of REJOIN.
    public String word() {
        return Spelling.of(this);
    }
}
