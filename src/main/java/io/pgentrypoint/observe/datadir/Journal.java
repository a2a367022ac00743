package io.pgentrypoint.observe.datadir;

/// The relocation that is under way; the file exists only as long. It is written before the first
/// file moves and rewritten before a restart has to do something else. [#text()] is what the file
/// holds, and [#parse(String)] reads it.
public record Journal(OnRestart onRestart, Relocation relocation) {

    /// What the next start does when this one is killed.
    public enum OnRestart {
        /// The cluster is not whole: what was built of it is deleted, after its proof was checked
        /// where it lies in its place.
        DISCARD,
        /// It is whole: it moves into the data directory.
        ROLL_FORWARD,
        /// Nothing of it was changed: what has moved out moves in again.
        ROLL_BACK,
        /// It may be neither the old cluster nor the new one: nothing starts it, and it is moved
        /// aside only where the settings ask for a clone.
        REFUSE
    }

    public Journal on(OnRestart next) {
        return new Journal(next, relocation);
    }

    public String text() {
        return JournalText.write(this);
    }

    /// The journal that was written.
    ///
    /// @throws IllegalArgumentException when the text is not a whole one
    public static Journal parse(String text) {
        return JournalText.parse(text);
    }
}
