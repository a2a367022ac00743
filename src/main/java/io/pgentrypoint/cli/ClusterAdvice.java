package io.pgentrypoint.cli;

import io.pgentrypoint.cli.ClusterTable.Row;
import io.pgentrypoint.cli.ClusterTable.State;
import io.pgentrypoint.observe.upstream.Peer;
import java.util.ArrayList;
import java.util.List;

/// What to do about the nodes of a cluster, the worst first.
final class ClusterAdvice {

    private ClusterAdvice() {}

    static List<String> of(List<Row> rows, List<Peer> peers) {
        List<String> advice = new ArrayList<>();
        List<String> primaries =
                rows.stream()
                        .filter(row -> "primary".equals(row.role()) && row.state() == State.RUNNING)
                        .map(Row::node)
                        .toList();
        boolean allKnown = rows.stream().allMatch(row -> row.state() != State.UNCLEAR);
        if (primaries.size() > 1) {
            advice.add(
                    """
                    %s take writes at the same time: stop the one whose data is not wanted, and \
                    start it again as a replica\
                    """
                            .formatted(String.join(" and ", primaries)));
        } else if (primaries.isEmpty() && allKnown) {
            advice.add(
                    """
                    no node takes writes: start the primary, or, where it is lost, run `entrypoint \
                    promote` on the replica that is furthest\
                    """);
        }
        for (Row row : rows) {
            switch (row.state()) {
                case MISSING ->
                        advice.add(
                                row.here()
                                        ? "no entrypoint runs here: start this node"
                                        : missing(row));
                case NOT_STREAMING ->
                        advice.add(
                                "%s does not stream from the primary: `entrypoint status` there says why"
                                        .formatted(row.node()));
                case WAITING -> advice.add("%s waits: its log says for what".formatted(row.node()));
                case RUNNING, STREAMING, CATCHING_UP, ANSWERING, STARTING, UNCLEAR -> {}
            }
        }
        for (Peer peer : peers) {
            if (peer instanceof Peer.Unclear(var server, var why)) {
                advice.add(
                        "%s: %s; %s"
                                .formatted(
                                        server.address(),
                                        why.reason().sentence(),
                                        why.reason().peerRemedy()));
            }
        }
        return advice;
    }

    private static String missing(Row row) {
        String last = row.since() == null ? "" : " (it last streamed at %s)".formatted(row.since());
        return "%s does not answer%s: start it, or look at its log and the network"
                .formatted(row.node(), last);
    }
}
