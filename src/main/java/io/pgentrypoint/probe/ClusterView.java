package io.pgentrypoint.probe;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The nodes of the cluster as the page shows them.
public sealed interface ClusterView {

    /// How the nodes are asked.
    @FunctionalInterface
    interface Look {
        /// @param status of this node, as `status --format json` prints it
        ClusterView ask(Supplier<Optional<String>> status);
    }

    /// @param cells one for each title
    /// @param well whether nothing has to be done about this node
    record Line(List<String> cells, boolean well) {
        public Line {
            cells = List.copyOf(cells);
        }
    }

    /// @param advice what to do, a sentence each
    record Table(List<String> titles, List<Line> lines, List<String> advice)
            implements ClusterView {
        public Table {
            titles = List.copyOf(titles);
            lines = List.copyOf(lines);
            advice = List.copyOf(advice);
        }
    }

    /// @param why there is no table, a sentence
    record None(String why) implements ClusterView {}
}
