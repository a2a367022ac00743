package io.pgentrypoint.probe;

import io.pgentrypoint.report.RecentLines;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The page for people. Nothing is done for it while nobody asks: its threads are made for a
/// request and end with it.
public final class NodePage {

    /// The other nodes are asked for 3 s each wait, and this node for 2 s.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final ClusterView TOO_LATE =
            new ClusterView.None(
                    "The other nodes have not answered within %s s; the next look may show them."
                            .formatted(PATIENCE.toSeconds()));

    private final String name;
    private final String mode;
    private final NodeProbe node;
    private final SharedAnswer<ClusterView> cluster;

    /// @param name of this node
    /// @param mode as users know it
    /// @param look asks the other nodes, at most once in five seconds
    public NodePage(String name, String mode, NodeProbe node, ClusterView.Look look) {
        this.name = name;
        this.mode = mode;
        this.node = node;
        cluster =
                new SharedAnswer<>(
                        () -> look.ask(() -> Optional.of(document())),
                        TOO_LATE,
                        PATIENCE,
                        PATIENCE,
                        // One that has answered may not have ended yet.
                        new FewThreads("cluster", 2));
    }

    private String document() {
        return StatusDocument.text(node.status(), Optional.empty());
    }

    public String text() {
        ClusterView nodes = nodes();
        return new PageText(name, mode, node.status(), nodes)
                .html(node.lags(), RecentLines.newestFirst(), Instant.now());
    }

    private ClusterView nodes() {
        try {
            return cluster.get();
        } catch (RuntimeException | OutOfMemoryError e) {
            // Without a thread, for example. The rest of the page needs no other node.
            return new ClusterView.None("Cannot ask the other nodes: %s.".formatted(e));
        }
    }
}
