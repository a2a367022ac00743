package io.pgentrypoint.settings.mode;

import io.pgentrypoint.connect.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// The nodes of a cluster with one environment, in the order of CLUSTER_HOSTS: the first one makes
/// the cluster.
///
/// @param itself which of them this node is, where a name tells; else its address does
public record Nodes(List<UpstreamServer> servers, Optional<HostPort> itself) {

    public Nodes {
        servers = List.copyOf(servers);
    }

    /// Those that have to be asked: each one that is not this node by its name.
    public List<UpstreamServer> asked() {
        return servers.stream()
                .filter(server -> !itself.equals(Optional.of(server.address())))
                .toList();
    }

    /// More than half of them.
    public int majority() {
        return servers.size() / 2 + 1;
    }

    /// Of the list: nodes with different lists would decide differently.
    public String checksum() {
        CRC32 sum = new CRC32();
        sum.update(
                servers.stream()
                        .map(server -> server.address().toString())
                        .collect(Collectors.joining(","))
                        .getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }
}
