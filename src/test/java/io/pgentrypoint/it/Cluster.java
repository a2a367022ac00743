package io.pgentrypoint.it;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;

/// Nodes on a network of their own, removed together. Nothing is started here.
final class Cluster implements AutoCloseable {

    static final String REPLICATION_PASSWORD = "secret";

    private final Network network = Network.newNetwork();
    private final List<Node> nodes = new ArrayList<>();
    private final int major;

    Cluster() {
        this(Node.MAJOR);
    }

    Cluster(int major) {
        this.major = major;
    }

    /// A standalone node, which the others reach by its name.
    Node node(String name) {
        return node(name, major);
    }

    Node node(String name, int otherMajor) {
        Node node =
                new Node(otherMajor)
                        .named(name)
                        .withNetwork(network)
                        .withNetworkAliases(name)
                        .withEnv("POSTGRES_USER", "admin")
                        .withEnv("POSTGRES_PASSWORD", "admin");
        nodes.add(node);
        return node;
    }

    Node primary(String name) {
        return replicating(node(name)).withEnv("REPLICATION_ROLE", "primary");
    }

    Node replica(String name, String primary) {
        return replicating(node(name))
                .withEnv("REPLICATION_ROLE", "replica")
                .withEnv("PRIMARY_HOST", primary);
    }

    /// The one that was declared first.
    Node first() {
        return nodes.getFirst();
    }

    /// Its id.
    String network() {
        return network.getId();
    }

    private static Node replicating(Node node) {
        return node.withEnv("HA_MODE", "native")
                .withEnv("REPLICATION_USER", "replicator")
                .withEnv("REPLICATION_PASSWORD", REPLICATION_PASSWORD);
    }

    @Override
    public void close() {
        nodes.reversed().forEach(Node::close);
        network.close();
    }
}
