package io.pgentrypoint.settings;

/// What a stop means, in PostgreSQL's own words.
public enum StopMode {
    FAST,
    SMART,
    IMMEDIATE
}
