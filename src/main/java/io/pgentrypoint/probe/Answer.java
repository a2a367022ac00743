package io.pgentrypoint.probe;

/// What came of asking the server.
sealed interface Answer {

    record State(ServerState server) implements Answer {}

    /// @param why one sentence
    record Failed(String why) implements Answer {}
}
