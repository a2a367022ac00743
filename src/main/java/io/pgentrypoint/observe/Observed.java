package io.pgentrypoint.observe;

import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
public record Observed(
        Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {}
