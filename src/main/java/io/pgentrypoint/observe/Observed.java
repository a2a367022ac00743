package io.pgentrypoint.observe;

import io.pgentrypoint.volume.Volume;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param initScripts what the official image would run at a first start
/// @param volume what holds the data directory
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        List<String> initScripts,
        Volume volume) {

    public Observed {
        initScripts = List.copyOf(initScripts);
    }

    /// Where there are no init scripts.
    public Observed(
            Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {
        this(installation, dataDirectory, upstream, List.of());
    }

    /// Where nobody looked at the volume itself.
    public Observed(
            Installation installation,
            DataDirectory dataDirectory,
            Optional<Upstream> upstream,
            List<String> initScripts) {
        this(installation, dataDirectory, upstream, initScripts, Volume.unknown());
    }

    /// For a server that runs on it.
    public Observed serving() {
        return new Observed(installation, dataDirectory, upstream, initScripts, volume.serving());
    }
}
