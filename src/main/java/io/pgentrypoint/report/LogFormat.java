package io.pgentrypoint.report;

/// How our own log lines look.
public enum LogFormat {
    TEXT,
    JSON
}
