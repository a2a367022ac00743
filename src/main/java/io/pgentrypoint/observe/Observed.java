package io.pgentrypoint.observe;

import io.pgentrypoint.node.NodeRecord;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param peers what each of PEER_HOSTS says, where this node is to take writes
/// @param initScripts what the official image would run at a first start
/// @param node what the volume knows of itself; absent before the first start that writes it
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        List<String> initScripts,
        Optional<NodeRecord> node,
        List<Peer> peers) {

    public Observed {
        initScripts = List.copyOf(initScripts);
        peers = List.copyOf(peers);
    }

    /// Where no peers are named.
    public Observed(
            Installation installation,
            DataDirectory dataDirectory,
            Optional<Upstream> upstream,
            List<String> initScripts,
            Optional<NodeRecord> node) {
        this(installation, dataDirectory, upstream, initScripts, node, List.of());
    }

    /// As a replica of that peer sees it.
    public Observed under(Upstream answer) {
        return new Observed(
                installation, dataDirectory, Optional.of(answer), initScripts, node, List.of());
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
