package io.pgentrypoint.supervise;

/// What this process is doing.
public enum Phase {
    STARTING("looking at the environment and the volume"),
    PREPARING("preparing the data directory"),
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
}
