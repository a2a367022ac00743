package io.pgentrypoint.observe.volume;

/// The verdict on a `postmaster.pid` that was found. PostgreSQL itself asks `kill(pid, 0)`, which a
/// thread of a JVM answers too, and refuses a start for ever; it refuses an empty file as well.
public sealed interface PostmasterPid {

    record None() implements PostmasterPid {}

    /// Whoever wrote it does not run any more.
    ///
    /// @param why half a sentence
    record Stale(String why) implements PostmasterPid {}

    /// A server works in this very directory, or that cannot be ruled out.
    record Live(long pid) implements PostmasterPid {}
}
