package io.pgentrypoint.observe;

import io.pgentrypoint.patroni.Surroundings;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param initScripts what the official image would run at a first start
/// @param patroni what there is of Patroni
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        List<String> initScripts,
        Surroundings patroni) {

    public Observed {
        initScripts = List.copyOf(initScripts);
    }

    /// Where there is nothing of Patroni.
    public Observed(
            Installation installation,
            DataDirectory dataDirectory,
            Optional<Upstream> upstream,
            List<String> initScripts) {
        this(installation, dataDirectory, upstream, initScripts, Surroundings.none());
    }

    /// Where there are no init scripts.
    public Observed(
            Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {
        this(installation, dataDirectory, upstream, List.of());
    }
}
