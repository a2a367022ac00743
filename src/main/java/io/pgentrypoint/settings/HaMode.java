package io.pgentrypoint.settings;

/// The values of `HA_MODE`.
enum HaMode {
    NATIVE
}
