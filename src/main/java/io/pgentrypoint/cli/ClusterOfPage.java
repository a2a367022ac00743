package io.pgentrypoint.cli;

import io.pgentrypoint.probe.ClusterView;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Optional;
import java.util.function.Supplier;

/// What `entrypoint cluster` prints, for the page.
final class ClusterOfPage {

    private static final String NO_OTHER_NODE =
            "The environment names no other node: set CLUSTER_HOSTS or PEER_HOSTS.";

    private ClusterOfPage() {}

    /// @param status of this node, asked for after the others
    static ClusterView look(Settings settings, Supplier<Optional<String>> status) {
        return switch (settings.mode()) {
            case Mode.Standalone _ ->
                    new ClusterView.None("This node is standalone: there are no other nodes.");
            case Mode.Patroni _ ->
                    new ClusterView.None(
                            "Patroni knows the members of its cluster: run patronictl list.");
            case Mode.NativePrimary primary ->
                    primary.asked().isEmpty()
                            ? new ClusterView.None(NO_OTHER_NODE)
                            : view(ClusterNodes.of(settings).look(status));
            case Mode.NativeReplica _, Mode.NativeAuto _ ->
                    view(ClusterNodes.of(settings).look(status));
        };
    }

    static ClusterView.Table view(ClusterTable table) {
        return new ClusterView.Table(
                ClusterTable.TITLES,
                table.rows().stream()
                        .map(row -> new ClusterView.Line(row.cells(), row.state().isWell()))
                        .toList(),
                table.advice());
    }
}
