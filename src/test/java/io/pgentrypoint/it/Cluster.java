package io.pgentrypoint.it;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;

/// Nodes on a network of their own, removed together. Nothing is started here.
final class Cluster implements AutoCloseable {

    static final String REPLICATION_PASSWORD = "secret";

    private final Network network = Network.newNetwork();
    private final List<ContainerNode> nodes = new ArrayList<>();
    private final int major;

    Cluster() {
        this(ContainerNode.MAJOR);
    }

    Cluster(int major) {
        this.major = major;
    }

    /// A standalone node, which the others reach by its name.
    ContainerNode node(String name) {
        return node(name, major);
    }

    ContainerNode node(String name, int otherMajor) {
        ContainerNode node =
                new ContainerNode(otherMajor)
                        .named(name)
                        .withNetwork(network)
                        .withNetworkAliases(name)
                        .withEnv("POSTGRES_USER", "admin")
                        .withEnv("POSTGRES_PASSWORD", "admin");
        nodes.add(node);
        return node;
    }

    ContainerNode primary(String name) {
        return replicating(node(name)).withEnv("REPLICATION_ROLE", "primary");
    }

    ContainerNode replica(String name, String primary) {
        return replicating(node(name))
                .withEnv("REPLICATION_ROLE", "replica")
                .withEnv("PRIMARY_HOST", primary);
    }

    /// The one that was declared first.
    ContainerNode first() {
        return nodes.getFirst();
    }

    /// Its id.
    String network() {
        return network.getId();
    }

    private static ContainerNode replicating(ContainerNode node) {
        return node.withEnv("HA_MODE", "native")
                .withEnv("REPLICATION_USER", "replicator")
                .withEnv("REPLICATION_PASSWORD", REPLICATION_PASSWORD);
    }

    @Override
    public void close() {
        nodes.reversed().forEach(ContainerNode::close);
        network.close();
    }
}
