package io.pgentrypoint.observe;

import io.pgentrypoint.node.NodeRecord;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param initScripts what the official image would run at a first start
/// @param node what the volume knows of itself; absent before the first start that writes it
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        List<String> initScripts,
        Optional<NodeRecord> node) {

    public Observed {
        initScripts = List.copyOf(initScripts);
    }

    /// Where there is no record.
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
