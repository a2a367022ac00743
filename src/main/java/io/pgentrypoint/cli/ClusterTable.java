package io.pgentrypoint.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.report.Measures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The nodes of a cluster as this node sees them: by its own status, by what the others answer,
/// and, on a primary, by what its server says of those that stream from it.
///
/// @param advice what to do, a sentence each; empty when nothing is amiss
record ClusterTable(List<Row> rows, List<String> advice) {

    /// Of the columns of [Row#cells].
    static final List<String> TITLES =
            List.of("Node", "Role", "State", "Timeline", "Lag", "Position");

    ClusterTable {
        rows = List.copyOf(rows);
        advice = List.copyOf(advice);
    }

    /// One word each, the same everywhere.
    enum State {
        RUNNING("running"),
        STREAMING("streaming"),
        CATCHING_UP("catching up"),
        /// A replica of which nobody who was asked can say whether it streams.
        ANSWERING("answering"),
        NOT_STREAMING("not streaming"),
        WAITING("waiting"),
        STARTING("starting"),
        UNCLEAR("unclear"),
        MISSING("missing");

        private final String word;

        State(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        boolean isWell() {
            return switch (this) {
                case RUNNING, STREAMING, CATCHING_UP, ANSWERING -> true;
                case NOT_STREAMING, WAITING, STARTING, UNCLEAR, MISSING -> false;
            };
        }
    }

    /// @param role primary or replica; absent while that is not known
    /// @param lagBytes WAL of the primary that it has not replayed, or, of an answer alone, not
    ///   received
    /// @param since when a missing one last streamed, in ISO 8601
    /// @param position the last that is known
    record Row(
            String node,
            boolean here,
            @Nullable String role,
            State state,
            @Nullable Integer timeline,
            @Nullable Long lagBytes,
            @Nullable Double lagSeconds,
            @Nullable String since,
            @Nullable String position) {

        /// The one of this node has a star.
        List<String> cells() {
            return List.of(
                    here ? node + " *" : node,
                    role == null ? "-" : role,
                    state.word(),
                    timeline == null ? "-" : String.valueOf(timeline),
                    lag(),
                    position == null ? "-" : position);
        }

        private String lag() {
            if (lagBytes == null) {
                return "-";
            }
            return Measures.bytes(lagBytes)
                    + (lagSeconds == null ? "" : ", " + Measures.seconds(lagSeconds));
        }
    }

    /// @param nodes all, this one included, in the order in which they are shown
    /// @param here which of them this node is; a name that is not among them is shown first
    /// @param status this node's own document; absent where no entrypoint runs
    static ClusterTable of(
            List<HostPort> nodes, HostPort here, Optional<String> status, List<Peer> peers) {
        Optional<JsonObject> own =
                status.map(text -> JsonParser.parseString(text).getAsJsonObject());
        boolean onePort = nodes.stream().map(HostPort::port).distinct().count() <= 1;
        Reading reading = new Reading(own, nodes, primaryPosition(own, peers), onePort);
        List<Row> rows = new ArrayList<>();
        if (!nodes.contains(here)) {
            rows.add(reading.here(here));
        }
        for (HostPort node : nodes) {
            if (node.equals(here)) {
                rows.add(reading.here(node));
            } else {
                peers.stream()
                        .filter(peer -> peer.server().address().equals(node))
                        .findFirst()
                        .map(peer -> reading.peer(peer, node))
                        .ifPresent(rows::add);
            }
        }
        return new ClusterTable(rows, ClusterAdvice.of(rows, peers));
    }

    private static Optional<Lsn> primaryPosition(Optional<JsonObject> own, List<Peer> peers) {
        return peers.stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast)
                .filter(Peer.Answering::takesWrites)
                .findFirst()
                .map(primary -> primary.timelines().position())
                .or(() ->
                        own.filter(document -> "primary".equals(text(document, "role")))
                                .map(document -> text(document, "wal"))
                                .map(Lsn::parse));
    }

    private record Reading(
            Optional<JsonObject> own,
            List<HostPort> nodes,
            Optional<Lsn> primary,
            boolean onePort) {

        Row here(HostPort node) {
            if (own.isEmpty()) {
                return row(node, true, null, State.MISSING, null, null, null, null, null);
            }
            JsonObject document = own.get();
            String role = text(document, "role");
            return row(
                    node,
                    true,
                    role,
                    role == null ? ofPhase(document) : ofRole(document, role),
                    number(document, "timeline").map(Double::intValue).orElse(null),
                    number(document, "lagBytes").map(Double::longValue).orElse(null),
                    number(document, "lagSeconds").orElse(null),
                    null,
                    text(document, "wal"));
        }

        private static State ofPhase(JsonObject document) {
            return "waiting".equals(text(document, "phase")) ? State.WAITING : State.STARTING;
        }

        private static State ofRole(JsonObject document, String role) {
            if (role.equals("primary")) {
                return State.RUNNING;
            }
            return "streaming".equals(text(document, "receiver"))
                    ? State.STREAMING
                    : State.NOT_STREAMING;
        }

        Row peer(Peer peer, HostPort node) {
            return switch (peer) {
                case Peer.Itself _ -> here(node);
                case Peer.Silent _ -> missing(node);
                case Peer.Unclear _ ->
                        row(node, false, null, State.UNCLEAR, null, null, null, null, null);
                case Peer.Waiting(_, var waiting) ->
                        row(
                                node,
                                false,
                                waiting.cluster()
                                        .map(held -> held.primary() ? "primary" : "replica")
                                        .orElse(null),
                                State.WAITING,
                                waiting.cluster().map(held -> held.timeline()).orElse(null),
                                null,
                                null,
                                null,
                                null);
                case Peer.Answering answering -> answering(answering, node);
            };
        }

        private Row answering(Peer.Answering peer, HostPort node) {
            int timeline = peer.timelines().history().timeline();
            Lsn position = peer.timelines().position();
            if (peer.takesWrites()) {
                return row(
                        node,
                        false,
                        "primary",
                        State.RUNNING,
                        timeline,
                        null,
                        null,
                        null,
                        position.toString());
            }
            Optional<JsonObject> streams = listed("standbys", node);
            return row(
                    node,
                    false,
                    "replica",
                    streams.map(standby -> ofWalSender(text(standby, "state")))
                            .orElse(knowsAll() ? State.NOT_STREAMING : State.ANSWERING),
                    timeline,
                    streams.flatMap(standby -> number(standby, "lagBytes"))
                            .map(Double::longValue)
                            .or(() -> primary.map(ahead -> Math.max(0, ahead.minus(position))))
                            .orElse(null),
                    streams.flatMap(standby -> number(standby, "lagSeconds")).orElse(null),
                    null,
                    position.toString());
        }

        /// Whether what does not stream from here does not stream: this node is the primary, and
        /// each standby of it has the name of a node. A list of addresses gives no names.
        private boolean knowsAll() {
            return own.filter(document -> "primary".equals(text(document, "role"))).isPresent()
                    && entries("standbys")
                            .map(each -> String.valueOf(text(each, "name")))
                            .allMatch(
                                    name -> nodes.stream().anyMatch(node -> isCalled(node, name)));
        }

        /// pg_stat_replication.state.
        private static State ofWalSender(@Nullable String state) {
            return "streaming".equals(state) ? State.STREAMING : State.CATCHING_UP;
        }

        private Row missing(HostPort node) {
            Optional<JsonObject> known = listed("disconnected", node);
            return row(
                    node,
                    false,
                    known.isPresent() ? "replica" : null,
                    State.MISSING,
                    null,
                    null,
                    null,
                    known.map(each -> text(each, "since")).orElse(null),
                    known.map(each -> text(each, "replayed")).orElse(null));
        }

        /// A replica is called as the list calls it, or as its host calls itself.
        private Optional<JsonObject> listed(String list, HostPort node) {
            return entries(list)
                    .filter(each -> isCalled(node, String.valueOf(text(each, "name"))))
                    .findFirst();
        }

        private Stream<JsonObject> entries(String list) {
            return own.filter(document -> document.has(list)).stream()
                    .flatMap(document ->
                            StreamSupport.stream(
                                    document.getAsJsonArray(list).spliterator(), false))
                    .map(JsonElement::getAsJsonObject);
        }

        private static boolean isCalled(HostPort node, String name) {
            return name.equals(node.host())
                    || name.equals(node.toString())
                    || node.host().startsWith(name + ".");
        }

        private Row row(
                HostPort node,
                boolean here,
                @Nullable String role,
                State state,
                @Nullable Integer timeline,
                @Nullable Long lagBytes,
                @Nullable Double lagSeconds,
                @Nullable String since,
                @Nullable String position) {
            return new Row(
                    onePort ? node.host() : node.toString(),
                    here,
                    role,
                    state,
                    timeline,
                    lagBytes,
                    lagSeconds,
                    since,
                    position);
        }
    }

    private static @Nullable String text(JsonObject of, String name) {
        JsonElement value = of.get(name);
        return value == null || !value.isJsonPrimitive() ? null : value.getAsString();
    }

    private static Optional<Double> number(JsonObject of, String name) {
        return Optional.ofNullable(of.get(name)).map(JsonElement::getAsDouble);
    }
}
