package io.pgentrypoint.config;

import java.util.Map;

/// What a cluster has run with and must not be given less of: a standby would not start, and a
/// logical slot would be lost.
///
/// @param numbers by setting name
public record MinimumSettings(Map<String, Integer> numbers, String walLevel) {

    public MinimumSettings {
        numbers = Map.copyOf(numbers);
    }

    /// Of a cluster that has never run.
    public static MinimumSettings none() {
        return new MinimumSettings(Map.of(), "minimal");
    }
}
