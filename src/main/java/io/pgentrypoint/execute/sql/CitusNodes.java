package io.pgentrypoint.execute.sql;

import java.util.List;
import java.util.Optional;

/// The nodes of a Citus cluster, as its coordinator has them in pg_dist_node, and what a worker
/// that comes has to have done there. A worker knows its group from the metadata that the
/// coordinator has given it; its address may be another one each time.
final class CitusNodes {

    private CitusNodes() {}

    /// @param shards whether it may hold shards (shouldhaveshards)
    record Node(int id, int group, String host, int port, boolean active, boolean shards) {

        boolean isAt(String host, int port) {
            return this.host.equals(host) && this.port == port;
        }
    }

    /// A coordinator holds shards while it is the only node, and takes no new ones from its first
    /// worker on. Later `shouldhaveshards` is the user's.
    ///
    /// @return the coordinator that is to stop taking shards once another worker has been added
    static Optional<Node> relieved(List<Node> known) {
        return isAlone(known)
                ? known.stream().filter(node -> node.group() == 0 && node.shards()).findFirst()
                : Optional.empty();
    }

    static boolean isAlone(List<Node> known) {
        return known.stream().noneMatch(node -> node.group() > 0);
    }

    sealed interface Change {
        /// It is known by its address already.
        record Nothing() implements Change {}

        record Activate(int id) implements Change {}

        record Add() implements Change {}

        /// The same node by another address.
        record Move(Node from) implements Change {}

        record Impossible(String why) implements Change {}
    }

    /// @param group of the worker; absent before it was registered anywhere
    /// @param itself as the worker's own copy of the metadata has it
    static Change toRegister(
            List<Node> known,
            Optional<Integer> group,
            Optional<Node> itself,
            String host,
            int port) {
        Optional<Node> there = known.stream().filter(node -> node.isAt(host, port)).findFirst();
        if (group.isEmpty()) {
            return there.<Change>map(CitusNodes::taken).orElseGet(Change.Add::new);
        }
        Optional<Node> ours =
                known.stream().filter(node -> node.group() == group.get()).findFirst();
        if (ours.isEmpty()) {
            return new Change.Impossible(
                    """
                    this volume is group %s of a Citus cluster, and the coordinator has \
                    no such group: it was removed there, or the volume is another \
                    cluster's\
                    """
                            .formatted(group.get()));
        }
        // Two clusters count their groups alike; the address that both have written down tells.
        boolean same =
                itself.filter(own -> own.isAt(ours.get().host(), ours.get().port())).isPresent();
        if (ours.get().isAt(host, port)) {
            return ours.get().active()
                    ? new Change.Nothing()
                    : new Change.Activate(ours.get().id());
        }
        if (!same) {
            return new Change.Impossible(
                    "the coordinator has group %s at %s:%s, which this volume has never been"
                            .formatted(group.get(), ours.get().host(), ours.get().port()));
        }
        return there.<Change>map(CitusNodes::taken).orElseGet(() -> new Change.Move(ours.get()));
    }

    private static Change taken(Node other) {
        return new Change.Impossible(
                """
                the coordinator has another node at %s:%s, group %s; an empty volume in \
                the place of a worker's loses its shards\
                """
                        .formatted(other.host(), other.port(), other.group()));
    }
}
