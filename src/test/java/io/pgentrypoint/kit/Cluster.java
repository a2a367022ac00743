package io.pgentrypoint.kit;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;

/// Nodes on a network of their own, removed together. Nothing is started here.
public final class Cluster implements AutoCloseable {

    public static final String REPLICATION_PASSWORD = "secret";

    private final Network network = Network.newNetwork();
    private final List<ContainerNode> nodes = new ArrayList<>();
    private final int major;

    public Cluster() {
        this(ContainerNode.MAJOR);
    }

    public Cluster(int major) {
        this.major = major;
    }

    /// A standalone node, which the others reach by its name.
    public ContainerNode node(String name) {
        return node(name, major);
    }

    public ContainerNode node(String name, int otherMajor) {
        return node(name, String.valueOf(otherMajor));
    }

    /// @param tag of the image
    public ContainerNode node(String name, String tag) {
        ContainerNode node =
                new ContainerNode(tag)
                        .named(name)
                        .withNetwork(network)
                        .withNetworkAliases(name)
                        .withEnv("POSTGRES_USER", "admin")
                        .withEnv("POSTGRES_PASSWORD", "admin");
        nodes.add(node);
        return node;
    }

    public ContainerNode primary(String name) {
        return replicating(node(name)).withEnv("REPLICATION_ROLE", "primary");
    }

    public ContainerNode replica(String name, String primary) {
        return replicating(node(name))
                .withEnv("REPLICATION_ROLE", "replica")
                .withEnv("PRIMARY_HOST", primary);
    }

    /// The one that was declared first.
    public ContainerNode first() {
        return nodes.getFirst();
    }

    /// Its id.
    public String network() {
        return network.getId();
    }

    public static ContainerNode replicating(ContainerNode node) {
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
