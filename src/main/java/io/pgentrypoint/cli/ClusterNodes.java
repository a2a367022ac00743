package io.pgentrypoint.cli;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.PeerReader;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Peers;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The nodes of a native cluster, as the environment names them.
///
/// @param asked those that may be other nodes
/// @param here as the others know this node
record ClusterNodes(int port, List<UpstreamServer> asked, List<HostPort> all, HostPort here) {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    ClusterNodes {
        asked = List.copyOf(asked);
        all = List.copyOf(all);
    }

    static ClusterNodes of(Settings settings) {
        HostPort unnamed = new HostPort("this node", settings.port());
        return switch (settings.mode()) {
            case Mode.NativeAuto auto ->
                    new ClusterNodes(
                            settings.port(),
                            auto.nodes().asked(),
                            addresses(auto.nodes().servers()),
                            auto.nodes().itself().orElse(unnamed));
            case Mode.NativePrimary primary ->
                    of(primary.peers().map(Peers::servers).orElse(List.of()), unnamed);
            case Mode.NativeReplica replica -> {
                List<UpstreamServer> servers = new ArrayList<>();
                servers.add(replica.upstream());
                servers.addAll(replica.peers());
                yield of(servers, unnamed);
            }
            case Mode.Patroni _ -> throw CommandRefusals.clusterOfPatroni();
            case Mode.Standalone _ -> throw CommandRefusals.standalone();
        };
    }

    private static ClusterNodes of(List<UpstreamServer> servers, HostPort unnamed) {
        if (servers.isEmpty()) {
            throw CommandRefusals.noOtherNode();
        }
        return new ClusterNodes(unnamed.port(), servers, addresses(servers), unnamed);
    }

    private static List<HostPort> addresses(List<UpstreamServer> servers) {
        return servers.stream().map(UpstreamServer::address).toList();
    }

    /// What each of them says of itself.
    List<Peer> peers() {
        return new PeerReader(port, TIMEOUT, Optional.empty()).ask(asked);
    }

    /// Asks all of them at once.
    ///
    /// @param status this node's own document, asked for after the others; absent where no
    ///   entrypoint runs
    ClusterTable look(Supplier<Optional<String>> status) {
        List<Peer> peers = peers();
        HostPort itself =
                peers.stream()
                        .filter(Peer.Itself.class::isInstance)
                        .map(peer -> peer.server().address())
                        .findFirst()
                        .orElse(here);
        return ClusterTable.of(all, itself, status.get(), peers);
    }
}
