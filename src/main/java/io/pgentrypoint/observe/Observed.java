package io.pgentrypoint.observe;

import io.pgentrypoint.timeline.Standing;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param initScripts what the official image would run at a first start
/// @param standing how a replica's cluster stands to an upstream that answers; absent where there
///   is no such cluster or no answer, and while the server runs
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        List<String> initScripts,
        Optional<Standing> standing) {

    public Observed {
        initScripts = List.copyOf(initScripts);
    }

    /// Where nothing stands to an upstream.
    public Observed(
            Installation installation,
            DataDirectory dataDirectory,
            Optional<Upstream> upstream,
            List<String> initScripts) {
        this(installation, dataDirectory, upstream, initScripts, Optional.empty());
    }

    /// Where there are no init scripts.
    public Observed(
            Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {
        this(installation, dataDirectory, upstream, List.of());
    }
}
