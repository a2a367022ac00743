package io.pgentrypoint.report;

import java.util.Locale;

/// What this process is doing.
public enum Phase {
    STARTING("looking at the environment and the volume"),
    WAITING("waiting for the primary"),
    CLONING("cloning the primary"),
    PREPARING("preparing the data directory"),
    HOLDING("the disk is full: no server, until there is room"),
    LAUNCHED("the server is starting"),
    RUNNING("the server accepts connections"),
    STOPPING("the server is stopping");

    private final String meaning;

    Phase(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }

    /// As status and metrics show it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
