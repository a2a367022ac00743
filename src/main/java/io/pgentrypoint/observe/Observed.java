package io.pgentrypoint.observe;

import io.pgentrypoint.scripts.Scripts;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param scripts the user's
/// @param oldData places of earlier images that hold a cluster, where PGDATA is that of the 18+
///   layout; looked for before a first start only
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        Scripts scripts,
        List<String> oldData) {

    public Observed {
        oldData = List.copyOf(oldData);
    }

    /// Where there are no scripts, and nothing of earlier images.
    public Observed(
            Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {
        this(installation, dataDirectory, upstream, Scripts.none(), List.of());
    }

    public Observed withoutStartScripts() {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                new Scripts(scripts.init(), Scripts.none().start()),
                oldData);
    }
}
