package io.pgentrypoint.cli;

/// How a command prints.
enum Format {
    TEXT,
    JSON
}
